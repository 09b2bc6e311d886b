using System.ComponentModel;

namespace MgCap.Testing;

/// <summary>The kernel's real-time clock.</summary>
public static unsafe class MachineClock
{
    // sys/timex.h: a step by what is in time, whose second word is nanoseconds.
    private const uint StepInNanoseconds = 0x0100 | 0x2000;

    /// <summary>Sets the clock forward (adjtimex(2)): a step, however small.</summary>
    /// <exception cref="Win32Exception">Not allowed without CAP_SYS_TIME.</exception>
    public static void Step(int nanoseconds) => Step(seconds: 0, nanoseconds);

    /// <summary>Sets the clock forward, or back, by whole seconds.</summary>
    /// <inheritdoc cref="Step(int)"/>
    public static void StepSeconds(int seconds) => Step(seconds, nanoseconds: 0);

    private static void Step(int seconds, int nanoseconds)
    {
        var change = new Native.ClockChange { Modes = StepInNanoseconds, TimeSeconds = seconds, TimeFraction = nanoseconds };
        Native.Check(Native.adjtimex(&change), "set the clock");
    }
}
