using System.ComponentModel;
using System.Diagnostics;
using MgCap.Testing;

namespace MgCap.Linux.Tests;

public sealed class ClockStepEventTests : IDisposable
{
    private readonly ClockStepEvent _event = new();

    private IWakeSource Source => _event;

    [Fact]
    public void Clock_ThatNobodySets_WakesNobody()
    {
        var clock = Stopwatch.StartNew();
        Assert.False(Readable.Within(50, Source.Descriptor));
        Assert.InRange(clock.ElapsedMilliseconds, 45, 10_000);
    }

    /// <summary>The steps are of one nanosecond, which nobody else notices.</summary>
    [ClockFact]
    public void Step_WakesOnce()
    {
        for (var i = 0; i < 3; i++)
        {
            MachineClock.Step(nanoseconds: 1);
            Assert.True(Readable.Within(10_000, Source.Descriptor));
            Source.Reset();
            Assert.False(Readable.Within(0, Source.Descriptor));
        }
    }

    public void Dispose() => _event.Dispose();

    /// <summary>A test that sets the clock, which root in a container may not.</summary>
    private sealed class ClockFactAttribute : FactAttribute
    {
        public ClockFactAttribute()
        {
            try
            {
                MachineClock.Step(nanoseconds: 0);
            }
            catch (Win32Exception exception)
            {
                Skip = exception.Message;
            }
        }
    }
}
