using MgCap.Capture;
using MgCap.Web.History;

namespace MgCap.Web.Tests.Live;

public sealed class SampleHistoryTests
{
    private readonly SampleHistory _history = new();

    [Fact]
    public void Samples_AreKeptForTenMinutes()
    {
        for (var elapsed = 0.5; elapsed <= 1800; elapsed += 0.5)
            _history.Add(At(elapsed));

        var kept = _history.Read(since: null);

        Assert.Equal(1200, kept[0].ElapsedSeconds);
        Assert.Equal(1800, kept[^1].ElapsedSeconds);
        Assert.Equal(1201, kept.Count);
    }

    [Fact]
    public void SamplesThatComeFast_AreThinnedToTwoASecond()
    {
        for (var i = 1; i <= 1000; i++)
            _history.Add(At(i * 0.05));

        var kept = _history.Read(since: null);

        Assert.InRange(kept.Count, 100, 130);
        Assert.All(kept.Zip(kept.Skip(1)), pair => Assert.InRange(pair.Second.ElapsedSeconds - pair.First.ElapsedSeconds, 0.35, 0.55));
    }

    [Fact]
    public void TicksThatAreALittleEarly_CostNoSample()
    {
        for (var i = 1; i <= 100; i++)
            _history.Add(At(i * 0.5 + (i % 2) * 0.05));

        Assert.Equal(100, _history.Read(since: null).Count);
    }

    [Fact]
    public void Since_GivesWhatCameAfter()
    {
        for (var elapsed = 1; elapsed <= 10; elapsed++)
            _history.Add(At(elapsed));

        Assert.Equal([9, 10], _history.Read(At(8).At).Select(sample => sample.ElapsedSeconds));
        Assert.Equal([9, 10], _history.Read(At(8.5).At).Select(sample => sample.ElapsedSeconds));
        Assert.Equal(10, _history.Read(At(-100).At).Count);
        Assert.Empty(_history.Read(At(10).At));
    }

    [Fact]
    public void Since_OfAKeptSample_HoldsThoughTheClockWasSetBack()
    {
        _history.Add(At(1));
        _history.Add(At(2));
        _history.Add(At(3) with { At = At(-3600).At });
        _history.Add(At(4) with { At = At(-3599).At });

        Assert.Equal([3, 4], _history.Read(At(2).At).Select(sample => sample.ElapsedSeconds));
    }

    private static LiveSample At(double elapsed) => new()
    {
        CaptureId = Guid.Empty,
        At = new Timestamp(1_700_000_000_000_000_000 + (long)(elapsed * 1e9)),
        ElapsedSeconds = elapsed,
        PacketsPerSecond = 0,
        BitsPerSecond = 0,
        Received = 0,
        Filtered = 0,
        Captured = 0,
        Dropped = default,
        RxDropped = 0,
        FileBytes = 0,
        DiskBytesPerSecond = 0,
        FreeBytes = 0,
        RoomBytes = 0,
        Losses = [],
        Queues = [],
    };
}
