using System.Runtime.InteropServices;
using MgCap.Linux.Libc;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Linux;

/// <summary>What a file system does for a file that grows.</summary>
public static class FileSpace
{
    /// <summary>
    /// Reserves room from <paramref name="offset"/> on without changing the file's length (fallocate(2)),
    /// so that writing there cannot fail for want of space. Where the file system can't reserve, this does nothing.
    /// </summary>
    /// <returns>false when this is no file that takes up room, but a device.</returns>
    /// <exception cref="LinuxException">ENOSPC or EDQUOT when there is no room.</exception>
    public static bool Reserve(SafeFileHandle file, long offset, long length)
    {
        if (Fcntl.fallocate(file, Fcntl.FALLOC_FL_KEEP_SIZE, offset, length) == 0)
            return true;
        var errno = (Errno)Marshal.GetLastPInvokeError();
        return errno switch
        {
            Errno.EOPNOTSUPP or Errno.EINTR => true,
            Errno.ENODEV => false,
            _ => throw new LinuxException("reserve room for a file", errno),
        };
    }

    /// <summary>Makes what was written last, through a loss of power (fdatasync(2)). Where a file is nothing that lasts, this does nothing.</summary>
    /// <exception cref="LinuxException">EIO and others: what was written since the last time may be lost.</exception>
    public static void Sync(SafeFileHandle file)
    {
        while (Unistd.fdatasync(file) < 0)
        {
            switch ((Errno)Marshal.GetLastPInvokeError())
            {
                case Errno.EINTR:
                    break;
                case Errno.EINVAL or Errno.EROFS:
                    return;
                case var errno:
                    throw new LinuxException("make the file last", errno);
            }
        }
    }

    /// <summary>Makes last what became of the names in a folder: made, renamed or removed.</summary>
    /// <inheritdoc cref="Sync"/>
    public static void SyncNames(string folder)
    {
        using var opened = new SafeFileHandle(Fcntl.open(folder, Fcntl.O_RDONLY | Fcntl.O_CLOEXEC), ownsHandle: true);
        if (opened.IsInvalid)
            throw new LinuxException($"open {folder}", (Errno)Marshal.GetLastPInvokeError());
        Sync(opened);
    }
}
