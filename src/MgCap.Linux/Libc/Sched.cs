using System.Runtime.InteropServices;

namespace MgCap.Linux.Libc;

/// <summary>sched.h</summary>
internal static unsafe partial class Sched
{
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sched_setaffinity(int pid, nuint cpusetsize, void* mask);
}
