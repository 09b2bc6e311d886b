using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Tests.Support;
using MgCap.Linux;
using static MgCap.Capture.Tests.Hwtstamp.TwoClocks;

namespace MgCap.Capture.Tests.Hwtstamp;

/// <summary>When a device's clock is measured, and what is told of it.</summary>
public sealed class HardwareClockTests : IDisposable
{
    private readonly TwoClocks _clocks = new();
    private readonly ManualTime _time = new();
    private HardwareClock? _clock;
    private LinuxException? _failure;
    private int _closed;

    private HardwareClock Clock => _clock ??= new HardwareClock(
        "ptp7", () => _failure is { } failure ? throw failure : _clocks.Read(), () => _closed++, taiOffset: 0, _time);

    [Fact]
    public void Start_Measures()
    {
        var told = Clock.Read();
        Assert.Equal(("ptp7", TaiAhead, 500L, 1L, 0L), (told.Device, told.OffsetNanoseconds, told.UncertaintyNanoseconds, told.Measurements, told.Steps));
        Assert.Equal((TaiAhead, new Timestamp(_clocks.Utc), 37, true), (told.FirstOffsetNanoseconds, told.MeasuredAt, told.TaiOffsetSeconds, told.LooksLikeTai));
        Assert.StartsWith("clock ptp7 37.000000000 s ahead of UTC (± 500 ns), as TAI is, drifting by 0 ppb, measured ", told.Describe(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-TaiAhead, false)]
    [InlineData(-TaiAhead - 3 * Second, false)]
    [InlineData(1000 * Second, false)]
    [InlineData(Second / 5, true)]
    public void Tai_IsAHandfulOfMillisecondsNear(long by, bool tai)
    {
        _clocks.SetDevice(by);
        Assert.Equal(tai, Clock.Read().LooksLikeTai);
        Assert.Equal(by + TaiAhead < 0, Clock.Read().Describe().Contains("behind UTC", StringComparison.Ordinal));
    }

    [Fact]
    public void Measurements_AreFrequentAtFirstAndEveryTenSecondsThen()
    {
        var measured = new List<int>();
        var count = Clock.Read().Measurements;
        for (var second = 1; second <= 60; second++)
        {
            Pass(Second);
            if (Clock.Read().Measurements == count)
                continue;
            count = Clock.Read().Measurements;
            measured.Add(second);
        }

        Assert.Equal([1, 2, 4, 8, 16, 26, 36, 46, 56], measured);
    }

    [Fact]
    public void Step_IsFollowedWithinASecond()
    {
        Pass(20 * Second, by: Second);
        var before = Clock.Read().Measurements;
        _clocks.SetUtc(-7 * Second);
        Assert.Equal(_clocks.Utc + 7 * Second, Clock.Conversion.ToUtc(_clocks.Device));
        Pass(Second);
        Assert.Equal(_clocks.Utc, Clock.Conversion.ToUtc(_clocks.Device));
        Assert.Equal((before + 1, 1L), (Clock.Read().Measurements, Clock.Read().Steps));
    }

    [Fact]
    public void End_MeasuresOnceMoreAndNeverAgain()
    {
        _clocks.Drift = 1e-6;
        Pass(3 * Second, by: Second);
        var before = Clock.Read();
        Clock.Measure();
        var told = Clock.Read();
        Assert.Equal((before.Measurements + 1, new Timestamp(_clocks.Utc)), (told.Measurements, told.MeasuredAt));
        Assert.Equal(1000, told.DriftPartsPerBillion, 1.0);
        Clock.Dispose();
        Clock.Dispose();
        Assert.Equal(1, _closed);
        Pass(20 * Second, by: Second);
        Clock.Measure();
        Assert.Equal(told, Clock.Read());
    }

    [Fact]
    public void ClockThatFails_IsToldOfAndReckonedOnWith()
    {
        Pass(20 * Second, by: Second);
        _failure = new LinuxException("read the clock ptp7", Errno.EIO);
        Pass(20 * Second, by: Second);
        Assert.Equal(_failure.Message, Clock.Read().Error);
        Assert.InRange(Clock.Conversion.ToUtc(_clocks.Device) - _clocks.Utc, -1000, 1000);
        _failure = null;
        Pass(Second);
        Assert.Null(Clock.Read().Error);
    }

    [Fact]
    public void ClockThatCantBeRead_IsNone()
    {
        _failure = new LinuxException("read the clock ptp7", Errno.ENODEV);
        Assert.Same(_failure, Assert.Throws<LinuxException>(() => Clock));
    }

    public void Dispose()
    {
        _failure = null;
        Clock.Dispose();
    }

    private void Pass(long nanoseconds, long by = 0)
    {
        _ = Clock;
        for (long passed = 0, part = by == 0 ? nanoseconds : by; passed < nanoseconds; passed += part)
        {
            _clocks.Pass(part);
            _time.Pass(TimeSpan.FromTicks(part / TimeSpan.NanosecondsPerTick));
        }
    }
}
