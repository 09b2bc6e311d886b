using System.Runtime.InteropServices;

namespace MgCap.Linux.Libc;

/// <summary>unistd.h</summary>
internal static unsafe partial class Unistd
{
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(SafeFd fd, void* buf, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(SafeFd fd, void* buf, nuint count);
}
