using System.Runtime.InteropServices;

namespace MgCap.Linux.Libc;

/// <summary>sys/timex.h</summary>
internal static unsafe partial class SysTimex
{
    internal const int TIME_ERROR = 5;
    internal const int STA_UNSYNC = 0x40;

    /// <summary>struct timex; time is two words of eight bytes on 64-bit machines.</summary>
    internal struct timex
    {
        internal uint modes;
        internal long offset;
        internal long freq;
        internal long maxerror;
        internal long esterror;
        internal int status;
        internal long constant;
        internal long precision;
        internal long tolerance;
        internal fixed long time[2];
        internal long tick;
        internal long ppsfreq;
        internal long jitter;
        internal int shift;
        internal long stabil;
        internal long jitcnt;
        internal long calcnt;
        internal long errcnt;
        internal long stbcnt;
        internal int tai;
        internal fixed int reserved[11];
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int adjtimex(timex* buf);
}
