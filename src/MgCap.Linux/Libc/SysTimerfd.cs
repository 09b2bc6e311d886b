using System.Runtime.InteropServices;

namespace MgCap.Linux.Libc;

/// <summary>sys/timerfd.h</summary>
internal static unsafe partial class SysTimerfd
{
    internal const int TFD_CLOEXEC = 0x80000;
    internal const int TFD_NONBLOCK = 0x800;
    internal const int TFD_TIMER_ABSTIME = 1 << 0;
    internal const int TFD_TIMER_CANCEL_ON_SET = 1 << 1;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int timerfd_create(int clockid, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int timerfd_settime(SafeFd fd, int flags, Time.itimerspec* new_value, Time.itimerspec* old_value);
}
