using System.Runtime.InteropServices;

namespace MgCap.Linux.Libc;

/// <summary>sys/prctl.h</summary>
internal static unsafe partial class SysPrctl
{
    internal const int PR_SET_SECCOMP = 22;
    internal const int PR_CAPBSET_DROP = 24;
    internal const int PR_SET_NO_NEW_PRIVS = 38;
    internal const int PR_CAP_AMBIENT = 47;
    internal const nuint PR_CAP_AMBIENT_CLEAR_ALL = 4;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int prctl(int option, nuint arg2, void* arg3, nuint arg4, nuint arg5);
}
