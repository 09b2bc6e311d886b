using MgCap.Capture.Sensors;
using MgCap.Web.Interfaces;

namespace MgCap.Web.Tests.Interfaces;

public sealed class RateMeterTests
{
    private readonly RateMeter _meter = new();

    [Fact]
    public void FirstReading_HasNoRates() => Assert.Empty(_meter.Read([Link(1, 100)], TimeSpan.FromSeconds(7)));

    [Fact]
    public void SecondReading_HasTheRatesSince()
    {
        _meter.Read([Link(1, 100)], TimeSpan.FromSeconds(7));

        var rate = Assert.Single(_meter.Read([Link(1, 300)], TimeSpan.FromSeconds(9)));

        Assert.Equal(new InterfaceRate("if1", 1, true, 100, 100 * 60 * 8, 200, 200 * 90 * 8), rate);
    }

    [Fact]
    public void NewInterface_ComesWithItsSecondReading()
    {
        _meter.Read([Link(1, 0)], TimeSpan.FromSeconds(1));

        Assert.Equal([1], _meter.Read([Link(1, 0), Link(2, 50)], TimeSpan.FromSeconds(2)).Select(rate => rate.Index));
        Assert.Equal([2], _meter.Read([Link(2, 60)], TimeSpan.FromSeconds(3)).Select(rate => rate.Index));
    }

    [Fact]
    public void CounterThatBeginsAnew_IsNoRate()
    {
        _meter.Read([Link(1, 1000)], TimeSpan.FromSeconds(1));

        Assert.Equal(0, Assert.Single(_meter.Read([Link(1, 5)], TimeSpan.FromSeconds(2))).ReceivedPacketsPerSecond);
    }

    [Fact]
    public void Reset_BeginsAnew()
    {
        _meter.Read([Link(1, 100)], TimeSpan.FromSeconds(1));
        _meter.Reset();

        Assert.Empty(_meter.Read([Link(1, 300)], TimeSpan.FromSeconds(2)));
    }

    /// <summary>An interface that has received so many packets of 60 bytes and sent twice as many of 90.</summary>
    private static InterfaceTraffic Link(int index, ulong packets) => new($"if{index}", index, IsUp: true, packets, packets * 60, packets * 2, packets * 2 * 90);
}
