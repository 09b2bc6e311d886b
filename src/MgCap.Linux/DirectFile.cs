using System.Runtime.InteropServices;
using MgCap.Linux.Libc;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Linux;

/// <summary>
/// A second descriptor of an open file, which writes past the page cache (open(2), O_DIRECT): what passes once is not copied, and pushes
/// nothing out of memory. Offsets and lengths are multiples of <see cref="Alignment"/>; memory that is not is copied first.
/// </summary>
public sealed unsafe class DirectFile : IDisposable
{
    /// <summary>What file systems' alignments divide; those of longer sectors are left alone.</summary>
    public const int Alignment = 4096;

    private const int StagingLength = 1024 * 1024;

    private readonly SafeFileHandle _file;
    private PageMemory? _staging;

    private DirectFile(SafeFileHandle file) => _file = file;

    /// <summary>Opens it.</summary>
    /// <param name="file">A file that is open for writing.</param>
    /// <returns>null where the file system has no direct I/O, or none that fits.</returns>
    public static DirectFile? TryOpen(SafeFileHandle file)
    {
        if (FileStatus.Of(file) is not { IsRegular: true, DirectAlignment: > 0 and <= Alignment })
            return null;
        var fd = Fcntl.open($"/proc/self/fd/{file.DangerousGetHandle()}", Fcntl.O_WRONLY | Fcntl.O_CLOEXEC | Fcntl.O_DIRECT);
        return fd < 0 ? null : new DirectFile(new SafeFileHandle(fd, ownsHandle: true));
    }

    /// <summary>Writes.</summary>
    /// <param name="bytes">What; their length is a multiple of <see cref="Alignment"/>.</param>
    /// <param name="offset">Where; likewise.</param>
    /// <returns>false where the file system does not take it after all (EINVAL): all of it is then to be written otherwise.</returns>
    /// <exception cref="LinuxException">ENOSPC, EDQUOT, EIO and others of write(2); a part may have been written.</exception>
    public bool TryWrite(ReadOnlySpan<byte> bytes, long offset)
    {
        fixed (byte* first = bytes)
        {
            if (((nuint)first & (Alignment - 1)) == 0)
                return TryWriteAligned(first, bytes.Length, offset);
        }

        _staging ??= new PageMemory(StagingLength);
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(StagingLength, bytes.Length)..])
        {
            var piece = bytes[..Math.Min(StagingLength, bytes.Length)];
            piece.CopyTo(_staging.Span);
            fixed (byte* first = _staging.Span)
            {
                if (!TryWriteAligned(first, piece.Length, offset))
                    return false;
            }

            offset += piece.Length;
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private bool TryWriteAligned(byte* bytes, int length, long offset)
    {
        while (length > 0)
        {
            var written = Unistd.pwrite(_file, bytes, (nuint)length, offset);
            if (written > 0)
            {
                bytes += written;
                length -= (int)written;
                offset += written;
                continue;
            }

            switch (written == 0 ? Errno.EINVAL : (Errno)Marshal.GetLastPInvokeError())
            {
                case Errno.EINTR:
                    break;
                case Errno.EINVAL:
                    return false;
                case var errno:
                    throw new LinuxException("write to the disk", errno);
            }
        }

        return true;
    }
}
