using System.Runtime.InteropServices;
using MgCap.Linux.Libc;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Linux;

/// <summary>Opens what a capture is written to: a file, a named pipe, a device. Nothing that is in a file is lost by that.</summary>
public static unsafe class OutputFile
{
    private const uint OwnerOnly = 0x180; // 0600
    private const int Flags = Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_CLOEXEC | Fcntl.O_NOCTTY | Fcntl.O_NONBLOCK;
    private static readonly TimeSpan _readerInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Opens what has this name, or makes a file for its owner only (0600, umask(2)). A file that is there keeps its content and its
    /// mode. A regular file is locked for as long as it is open (fcntl(2), open file description locks): two captures never write to one.
    /// Links are followed as with fs.protected_symlinks, files and pipes of others in such folders are not written to.
    /// </summary>
    /// <param name="path">The name.</param>
    /// <param name="stop">Ends waiting for the reader of a named pipe.</param>
    /// <exception cref="LinuxException">EBUSY when another process writes to it; EACCES, EISDIR and others from open(2).</exception>
    /// <exception cref="OperationCanceledException">It was a pipe that nobody read, and <paramref name="stop"/> was set.</exception>
    public static SafeFileHandle Open(string path, CancellationToken stop = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var attempt = $"write to {path}";
        if (path.EndsWith('/'))
            throw new LinuxException(attempt, Errno.EISDIR);
        var real = LinkPolicy.Resolve(path);
        // What was no link a moment ago is to be none now.
        var flags = real.StartsWith("/proc/", StringComparison.Ordinal) ? Flags : Flags | Fcntl.O_NOFOLLOW;
        int fd;
        while ((fd = Fcntl.open(real, flags, OwnerOnly)) < 0)
        {
            var errno = (Errno)Marshal.GetLastPInvokeError();
            // Nobody reads the pipe yet (fifo(7)).
            if (errno != Errno.ENXIO || FileStatus.Of(real) is not { IsPipe: true })
                throw new LinuxException(attempt, errno);
            stop.WaitHandle.WaitOne(_readerInterval);
            stop.ThrowIfCancellationRequested();
        }

        return Checked(new SafeFileHandle(fd, ownsHandle: true), Path.GetDirectoryName(real) ?? "/", attempt);
    }

    /// <summary>Makes a file of a name that nothing has yet, as <see cref="Open"/> does.</summary>
    /// <returns>null when something has the name.</returns>
    /// <exception cref="LinuxException">It can't be made.</exception>
    public static SafeFileHandle? TryCreate(string path)
    {
        var fd = Fcntl.open(path, Flags | Fcntl.O_EXCL, OwnerOnly);
        if (fd >= 0)
            return Checked(new SafeFileHandle(fd, ownsHandle: true), Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/", $"write to {path}");
        return (Errno)Marshal.GetLastPInvokeError() == Errno.EEXIST ? null : throw new LinuxException($"write to {path}", (Errno)Marshal.GetLastPInvokeError());
    }

    private static SafeFileHandle Checked(SafeFileHandle file, string folder, string attempt)
    {
        try
        {
            var status = FileStatus.Of(file);
            if (status.IsBlockDevice)
                throw new LinuxException(attempt, Errno.EINVAL, "it is a disk");
            if (status.IsRegular || status.IsPipe)
                LinkPolicy.RequireTrusted(status, folder, attempt, "it belongs to another user, in a folder that everybody may write to");
            if (status.IsRegular)
                Lock(file, attempt);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void Lock(SafeFileHandle file, string attempt)
    {
        // The whole file, whatever its length becomes.
        var whole = new Fcntl.flock { l_type = Fcntl.F_WRLCK };
        if (Fcntl.fcntl(file, Fcntl.F_OFD_SETLK, &whole) == 0)
            return;
        // Other errors: the file system has no locks.
        if ((Errno)Marshal.GetLastPInvokeError() is Errno.EAGAIN or Errno.EACCES)
            throw new LinuxException(attempt, Errno.EBUSY, "another program is writing to it; give another name");
    }
}
