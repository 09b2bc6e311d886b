using MgCap.Capture.Blocks;

namespace MgCap.Capture.Tests.Pipeline;

/// <summary>When a file's time is up, by a clock that is set.</summary>
public sealed class FileCutsTests
{
    private static readonly DateTimeOffset _start = new(2026, 11, 29, 12, 0, 17, TimeSpan.Zero);

    private readonly SettableClock _clock = new(_start);

    [Fact]
    public void Seconds_AreCountedFromTheFilesBeginning()
    {
        var cuts = new FileCuts(new Rotation(Seconds: 60), head: 100, _clock);
        Assert.Equal(60, cuts.Left.TotalSeconds);
        _clock.Pass(59.5);
        Assert.Equal(0.5, cuts.Left.TotalSeconds, 1e-6);
        _clock.Pass(2);
        Assert.Equal(-1.5, cuts.Left.TotalSeconds, 1e-6);
        cuts.Begin();
        Assert.Equal(60, cuts.Left.TotalSeconds);
    }

    /// <summary>A clock that is set makes no file longer or shorter.</summary>
    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public void Seconds_DoNotCareForTheClockBeingSet(double by)
    {
        var cuts = new FileCuts(new Rotation(Seconds: 60), head: 100, _clock);
        _clock.Pass(20);
        _clock.Set(by);
        Assert.Equal(40, cuts.Left.TotalSeconds, 1e-6);
    }

    [Fact]
    public void AlignedFiles_BeginAtWholeMultiples()
    {
        var cuts = new FileCuts(new Rotation(Seconds: 60, Align: true), head: 100, _clock);
        Assert.Equal(43, cuts.Left.TotalSeconds, 1e-6);
        _clock.Pass(43.001);
        Assert.True(cuts.Left <= TimeSpan.Zero);
        cuts.Begin();
        Assert.Equal(59.999, cuts.Left.TotalSeconds, 1e-6);
    }

    /// <summary>It is hardly longer than any other, and the next ones begin at multiples of the new time.</summary>
    [Fact]
    public void AlignedFile_EndsWhereTheClockIsSetBack()
    {
        var cuts = new FileCuts(new Rotation(Seconds: 60, Align: true), head: 100, _clock);
        _clock.Pass(10);
        _clock.Set(-3600);
        Assert.InRange(cuts.Left.TotalSeconds, 49, 54);
        _clock.Pass(cuts.Left.TotalSeconds);
        cuts.Begin();
        _clock.Pass(cuts.Left.TotalSeconds);
        Assert.Equal(0, _clock.GetUtcNow().Second);
    }

    [Fact]
    public void AlignedFile_EndsAtOnceWhereTheClockIsSetForward()
    {
        var cuts = new FileCuts(new Rotation(Seconds: 60, Align: true), head: 100, _clock);
        _clock.Set(3600);
        Assert.True(cuts.Left <= TimeSpan.Zero);
        cuts.Begin();
        Assert.Equal(43, cuts.Left.TotalSeconds, 1e-6);
    }

    [Fact]
    public void Bytes_CountTheHead()
    {
        var cuts = new FileCuts(new Rotation(Bytes: 100_000), head: 100, _clock);
        Assert.False(cuts.IsFull(99_899));
        Assert.True(cuts.IsFull(99_900));
        cuts.Add(50_000);
        Assert.Equal(49_900, cuts.BytesLeft);
        cuts.Begin();
        Assert.Equal(99_900, cuts.BytesLeft);
        Assert.Equal(TimeSpan.MaxValue, cuts.Left);
    }

    private sealed class SettableClock(DateTimeOffset now) : TimeProvider
    {
        private DateTimeOffset _now = now;
        private long _passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _passed;

        internal void Pass(double seconds)
        {
            _passed += TimeSpan.FromSeconds(seconds).Ticks;
            Set(seconds);
        }

        internal void Set(double seconds) => _now += TimeSpan.FromSeconds(seconds);
    }
}
