using CsCheck;
using MgCap.Capture.Hwtstamp;
using static MgCap.Capture.Tests.Hwtstamp.TwoClocks;

namespace MgCap.Capture.Tests.Hwtstamp;

/// <summary>From readings of a device's clock to UTC: the arithmetic.</summary>
public sealed class ClockModelTests
{
    private const long Interval = 10 * Second;

    private readonly TwoClocks _clocks = new();

    [Fact]
    public void FirstReading_TakesTheOffsetAway()
    {
        var model = new ClockModel(_clocks.Read());
        Assert.Equal(_clocks.Utc, model.Conversion.ToUtc(_clocks.Device));
        Assert.Equal(_clocks.Utc + 123, model.Conversion.ToUtc(_clocks.Device + 123));
        Assert.Equal(-TaiAhead, model.Conversion.CorrectionAt(_clocks.Device));
    }

    [Theory]
    [InlineData(20e-6)]
    [InlineData(-20e-6)]
    [InlineData(100e-6)]
    public void Drift_IsMeasuredAndReckonedWith(double drift)
    {
        _clocks.Drift = drift;
        var model = new ClockModel(_clocks.Read());
        for (var i = 0; i < 4; i++)
            PassAndAdopt(model);
        Assert.Equal(drift, model.Drift, 1e-9);
        Assert.Equal(0, model.Steps);
        // The first interval could not know the drift: that is the largest error, and it is over.
        Assert.InRange(model.LargestError, Math.Abs(drift) * Interval * 0.99, Math.Abs(drift) * Interval * 1.01);
        _clocks.Pass(Interval);
        Assert.InRange(model.Conversion.ToUtc(_clocks.Device) - _clocks.Utc, -100, 100);
    }

    [Fact]
    public void DriftWithinTheUncertainty_IsNone()
    {
        var model = new ClockModel(_clocks.Read());
        // As far from half-way as can be, the other way: 1000 ns in ten seconds is 0.1 ppm that nobody has.
        _clocks.Place = 1;
        PassAndAdopt(model);
        Assert.Equal(0, model.Drift);
    }

    [Fact]
    public void NewReading_LeavesNoGapAndNeverTurnsBack() => Gen.Select(
        Gen.Double[-200e-6, 200e-6].Array[2, 8], Gen.Double[0, 1].Array[8], Gen.Long[0, 20_000]).Sample((drifts, places, width) =>
    {
        var clocks = new TwoClocks { Width = width };
        var model = new ClockModel(clocks.Read());
        var last = long.MinValue;
        foreach (var (drift, place) in drifts.Zip(places))
        {
            (clocks.Drift, clocks.Place) = (drift, place);
            for (var part = 0; part < 100; part++)
            {
                clocks.Pass(Interval / 100);
                last = AssertNotBefore(last, model.Conversion.ToUtc(clocks.Device));
            }

            var (stamp, before) = (clocks.Device, model.Conversion);
            model.Adopt(clocks.Read(), Interval);
            Assert.Equal(before.ToUtc(stamp), model.Conversion.ToUtc(stamp));
            // Stamps from before the reading that are still in a ring have the time that they would have had.
            Assert.InRange(before.ToUtc(stamp - Second / 10) - model.Conversion.ToUtc(stamp - Second / 10), -1, 1);
            last = AssertNotBefore(last, model.Conversion.ToUtc(stamp + 1));
        }

        Assert.Equal(0, model.Steps);
    });

    [Fact]
    public void Error_IsMadeGoodByTheNextReading()
    {
        var model = new ClockModel(_clocks.Read());
        PassAndAdopt(model);
        _clocks.Pass(Second);
        _clocks.SetUtc(200_000);
        Assert.False(model.IsStep(_clocks.Read()));
        model.Adopt(_clocks.Read(), Interval);
        Assert.Equal(_clocks.Utc - 200_000, model.Conversion.ToUtc(_clocks.Device));
        _clocks.Pass(Interval / 2);
        var halfWay = _clocks.Utc - model.Conversion.ToUtc(_clocks.Device);
        _clocks.Pass(Interval / 2);
        var atTheEnd = _clocks.Utc - model.Conversion.ToUtc(_clocks.Device);
        // Some of the error is taken for drift at first; what is left gets less anyway.
        Assert.InRange(Math.Abs(atTheEnd), 0, 200_001);
        Assert.InRange(Math.Abs(halfWay), 0, 200_000);
        for (var i = 0; i < 4; i++)
            PassAndAdopt(model);
        _clocks.Pass(Interval);
        Assert.InRange(model.Conversion.ToUtc(_clocks.Device) - _clocks.Utc, -1000, 1000);
    }

    [Theory]
    [InlineData(TaiAhead)]
    [InlineData(-TaiAhead)]
    [InlineData(50_000_000)]
    public void DeviceThatWasSet_IsFollowedAtOnce(long by)
    {
        _clocks.Drift = 10e-6;
        var model = new ClockModel(_clocks.Read());
        PassAndAdopt(model);
        PassAndAdopt(model);
        _clocks.Pass(Second);
        _clocks.SetDevice(by);
        AssertFollowed(model);
    }

    [Theory]
    [InlineData(3600 * Second)]
    [InlineData(-3600 * Second)]
    [InlineData(-50_000_000)]
    public void UtcThatWasSet_IsFollowedAtOnce(long by)
    {
        _clocks.Drift = 10e-6;
        var model = new ClockModel(_clocks.Read());
        PassAndAdopt(model);
        PassAndAdopt(model);
        _clocks.Pass(Second);
        _clocks.SetUtc(by);
        AssertFollowed(model);
    }

    private void AssertFollowed(ClockModel model)
    {
        var drift = model.Drift;
        Assert.True(model.IsStep(_clocks.Read()));
        model.Adopt(_clocks.Read(), Interval);
        Assert.Equal(1, model.Steps);
        Assert.Equal(_clocks.Utc, model.Conversion.ToUtc(_clocks.Device));
        // How fast the clock runs has nothing to do with its having been set.
        Assert.Equal(drift, model.Drift);
        _clocks.Pass(Interval);
        Assert.InRange(model.Conversion.ToUtc(_clocks.Device) - _clocks.Utc, -1000, 1000);
        Assert.False(model.IsStep(_clocks.Read()));
    }

    private void PassAndAdopt(ClockModel model)
    {
        _clocks.Pass(Interval);
        model.Adopt(_clocks.Read(), Interval);
    }

    private static long AssertNotBefore(long last, long next)
    {
        Assert.True(next >= last, $"{next} comes after {last}");
        return next;
    }
}
