using System.Runtime.InteropServices;

namespace MgCap.Linux.Libc;

/// <summary>sched.h</summary>
internal static unsafe partial class Sched
{
    internal const int CLONE_FS = 0x00000200;
    internal const int CLONE_VFORK = 0x00004000;
    internal const int CLONE_THREAD = 0x00010000;
    internal const int CLONE_NEWNS = 0x00020000;
    internal const int CLONE_NEWCGROUP = 0x02000000;
    internal const int CLONE_NEWUTS = 0x04000000;
    internal const int CLONE_NEWIPC = 0x08000000;
    internal const int CLONE_NEWUSER = 0x10000000;
    internal const int CLONE_NEWPID = 0x20000000;
    internal const int CLONE_NEWNET = 0x40000000;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sched_setaffinity(int pid, nuint cpusetsize, void* mask);
}
