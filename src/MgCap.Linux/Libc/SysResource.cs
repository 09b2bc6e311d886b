using System.Runtime.InteropServices;

namespace MgCap.Linux.Libc;

/// <summary>sys/resource.h</summary>
internal static partial class SysResource
{
    internal const int PRIO_PROCESS = 0;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setpriority(int which, uint who, int prio);
}
