using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Linux.Libc;

/// <summary>unistd.h</summary>
internal static unsafe partial class Unistd
{
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int isatty(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int dup3(int oldfd, int newfd, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setgroups(nuint size, uint* list);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setresuid(uint ruid, uint euid, uint suid);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setresgid(uint rgid, uint egid, uint sgid);

    [LibraryImport("libc")]
    internal static partial uint geteuid();

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(int fd, void* buf, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(SafeFd fd, void* buf, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(SafeFd fd, void* buf, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint pwrite(SafeFileHandle fd, void* buf, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fdatasync(SafeFileHandle fd);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int chdir(string path);

    /// <summary>Variable arguments go where fixed ones go on x86-64 and arm64, as long as they are integers and pointers.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint syscall(nint number, nint arg1, nint arg2, nint arg3, nint arg4);
}
