using System.Runtime.InteropServices;

namespace MgCap.Linux.Libc;

/// <summary>sys/eventfd.h</summary>
internal static partial class SysEventfd
{
    internal const int EFD_CLOEXEC = 0x80000;
    internal const int EFD_NONBLOCK = 0x800;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int eventfd(uint initval, int flags);
}
