using MgCap.Linux.Libc;

namespace MgCap.Linux;

/// <summary>What a thread can ask of the scheduler for itself.</summary>
public static unsafe class CurrentThread
{
    /// <summary>One more than the highest core that <see cref="PinTo"/> can name (CPU_SETSIZE of sched.h).</summary>
    public const int CoreLimit = 1024;

    private const int BitsPerWord = 64;

    /// <summary>Keeps the thread on one core (sched_setaffinity(2)).</summary>
    /// <exception cref="LinuxException">EINVAL when there is no such core, or none that this process may use.</exception>
    public static void PinTo(int core)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(core);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(core, CoreLimit);
        var words = stackalloc ulong[CoreLimit / BitsPerWord];
        words[core / BitsPerWord] = 1UL << (core % BitsPerWord);
        LinuxException.Check(Sched.sched_setaffinity(0, CoreLimit / 8, words), $"pin a thread to core {core}");
    }

    /// <summary>Lets others go first (setpriority(2)): Linux keeps a nice value for each thread. There is no way back without privilege.</summary>
    /// <param name="nice">0 (as usual) to 19 (last).</param>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void YieldToOthers(int nice)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nice);
        LinuxException.Check(SysResource.setpriority(SysResource.PRIO_PROCESS, 0, nice), $"give a thread the nice value {nice}");
    }

    /// <summary>
    /// Sleeps for a time that may be far below a millisecond (clock_nanosleep(2)); the kernel adds some 50 µs of its own.
    /// </summary>
    /// <returns>False when a signal ended it early.</returns>
    public static bool Sleep(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        var wanted = new Time.timespec { tv_sec = time.Ticks / TimeSpan.TicksPerSecond, tv_nsec = time.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick };
        return Time.clock_nanosleep(Time.CLOCK_MONOTONIC, 0, &wanted, null) == 0;
    }
}
