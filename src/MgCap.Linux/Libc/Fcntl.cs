using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Linux.Libc;

/// <summary>fcntl.h</summary>
internal static partial class Fcntl
{
    internal const int O_RDONLY = 0;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_CLOEXEC = 0x80000;
    internal const int FALLOC_FL_KEEP_SIZE = 1;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string pathname, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fallocate(SafeFileHandle fd, int mode, long offset, long len);
}
