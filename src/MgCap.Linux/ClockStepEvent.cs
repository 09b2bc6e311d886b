using MgCap.Linux.Libc;

namespace MgCap.Linux;

/// <summary>
/// Wakes a thread that waits in poll(2) when the real-time clock makes a step: somebody set it, or a leap second came. It is a
/// timer that is never due and is cancelled by a step (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET).
/// </summary>
public sealed unsafe class ClockStepEvent : IWakeSource, IDisposable
{
    private readonly SafeFd _fd;

    /// <summary>From here on steps are told.</summary>
    public ClockStepEvent()
    {
        _fd = SafeFd.Own(SysTimerfd.timerfd_create(Time.CLOCK_REALTIME, SysTimerfd.TFD_CLOEXEC | SysTimerfd.TFD_NONBLOCK), "create a timer");
        try
        {
            var never = new Time.itimerspec { it_value = new Time.timespec { tv_sec = long.MaxValue } };
            LinuxException.Check(
                SysTimerfd.timerfd_settime(_fd, SysTimerfd.TFD_TIMER_ABSTIME | SysTimerfd.TFD_TIMER_CANCEL_ON_SET, &never, null), "watch the clock for steps");
        }
        catch
        {
            _fd.Dispose();
            throw;
        }
    }

    int IWaitHandle.Descriptor => (int)_fd.DangerousGetHandle();

    void IWakeSource.Reset()
    {
        // Fails with ECANCELED, which is how the step is told, or with EAGAIN when there was none.
        ulong count;
        Unistd.read(_fd, &count, sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose() => _fd.Dispose();
}
