using MgCap.Linux.Libc;

namespace MgCap.Linux;

/// <summary>The state of the kernel's real-time clock (adjtimex(2)).</summary>
/// <param name="Synchronized">Whether something, such as an NTP daemon, keeps it right.</param>
/// <param name="EstimatedError">Its keeper's estimate of how far it is off.</param>
/// <param name="TaiOffsetSeconds">TAI minus UTC; 0 when nobody told the kernel.</param>
public sealed record KernelClock(bool Synchronized, TimeSpan EstimatedError, int TaiOffsetSeconds)
{
    /// <summary>Reads the state.</summary>
    public static unsafe KernelClock Read()
    {
        var state = default(SysTimex.timex);
        var status = LinuxException.Check(SysTimex.adjtimex(&state), "read the clock's state");
        return new KernelClock(
            status != SysTimex.TIME_ERROR && (state.status & SysTimex.STA_UNSYNC) == 0,
            TimeSpan.FromMicroseconds(state.esterror),
            state.tai);
    }
}
