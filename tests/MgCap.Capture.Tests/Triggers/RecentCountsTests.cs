using MgCap.Capture.Statistics;
using MgCap.Capture.Triggers;

namespace MgCap.Capture.Tests.Triggers;

/// <summary>Rates of the last second, out of counters that are read several times in it.</summary>
public sealed class RecentCountsTests
{
    private static readonly TimeProvider _clock = TimeProvider.System;

    [Fact]
    public void Rate_IsThatOfTheLastSecond()
    {
        var counts = new RecentCounts(Counters(1000), At(0));
        // A quarter of a second's packets are no rate of a second.
        counts.Add(Counters(1100), At(0.25), _clock);
        Assert.Equal((100, 8 * 64 * 100), (counts.PacketsPerSecond, counts.BitsPerSecond));
        for (var i = 2; i <= 8; i++)
            counts.Add(Counters(1000 + 100 * i), At(0.25 * i), _clock);
        Assert.Equal(400, counts.PacketsPerSecond, 1e-6);
        counts.Add(Counters(1800), At(3.5), _clock);
        counts.Add(Counters(1800), At(4.5), _clock);
        Assert.Equal(0, counts.PacketsPerSecond);
    }

    [Fact]
    public void Losses_CountOnce()
    {
        var counts = new RecentCounts(Counters(0, lost: 5), At(0));
        counts.Add(Counters(0, lost: 5), At(0.25), _clock);
        Assert.Equal(0, counts.Lost);
        counts.Add(Counters(0, lost: 7), At(0.5), _clock);
        Assert.Equal(2, counts.Lost);
        counts.Add(Counters(0, lost: 7), At(0.75), _clock);
        Assert.Equal(0, counts.Lost);
    }

    private static long At(double seconds) => (long)(seconds * _clock.TimestampFrequency);

    private static CaptureStatistics Counters(long packets, long lost = 0) =>
        new() { Captured = packets, WireBytes = 64 * packets, Dropped = new DropCounts(Nic: lost, Ring: 0, Writer: 0) };
}
