using System.Runtime.InteropServices;

namespace MgCap.Linux.Libc;

/// <summary>time.h</summary>
internal static unsafe partial class Time
{
    internal const int CLOCK_REALTIME = 0;
    internal const int CLOCK_MONOTONIC = 1;

    internal struct timespec
    {
        internal long tv_sec;
        internal long tv_nsec;
    }

    internal struct itimerspec
    {
        internal timespec it_interval;
        internal timespec it_value;
    }

    /// <summary>Returns the error number itself.</summary>
    [LibraryImport("libc")]
    internal static partial int clock_nanosleep(int clockid, int flags, timespec* t, timespec* remain);
}
