using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Linux.Libc;

/// <summary>fcntl.h</summary>
internal static unsafe partial class Fcntl
{
    internal const int O_RDONLY = 0;
    internal const int O_WRONLY = 1;
    internal const int O_RDWR = 2;
    internal const int O_CREAT = 0x40;
    internal const int O_EXCL = 0x80;
    internal const int O_NOCTTY = 0x100;
    internal const int O_TRUNC = 0x200;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_PATH = 0x200000;
    internal const int O_CLOEXEC = 0x80000;
    internal const int F_GETFD = 1;
    internal const int F_OFD_SETLK = 37;
    internal const int FD_CLOEXEC = 1;
    internal const short F_WRLCK = 1;
    internal const int FALLOC_FL_KEEP_SIZE = 1;

    // Processors differ in these.
    internal static readonly int O_NOFOLLOW = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;
    internal static readonly int O_DIRECT = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x10000 : 0x4000;

    internal struct flock
    {
        internal short l_type;
        internal short l_whence;
        internal long l_start;
        internal long l_len;
        internal int l_pid;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(int fd, int cmd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(SafeFileHandle fd, int cmd, flock* lockWanted);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string pathname, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string pathname, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fallocate(SafeFileHandle fd, int mode, long offset, long len);
}
