using MgCap.Capture;
using MgCap.Testing;
using MgCap.Web.Captures;
using MgCap.Web.Catalogue;
using MgCap.Web.Configuration;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

public sealed class CaptureRetentionTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nothing_IsExpiredWithoutLimits() => Assert.Empty(Expired(new RetentionOptions(), Ended(5000, 1_000_000), Ended(1, 1)));

    [Fact]
    public void CapturesBeyondMaxBytes_AreExpiredOldestFirst()
    {
        var (oldest, middle, newest) = (Ended(3, 400), Ended(2, 400), Ended(1, 400));

        Assert.Empty(Expired(new RetentionOptions { MaxBytes = 1200 }, oldest, middle, newest));
        Assert.Equal([oldest], Expired(new RetentionOptions { MaxBytes = 1199 }, oldest, middle, newest));
        Assert.Equal([oldest, middle], Expired(new RetentionOptions { MaxBytes = 799 }, oldest, middle, newest));
        Assert.Equal([oldest, middle, newest], Expired(new RetentionOptions { MaxBytes = 399 }, oldest, middle, newest));
    }

    [Fact]
    public void CapturesOlderThanMaxAgeDays_AreExpired()
    {
        var (old, justIn, fresh) = (Ended(7.01, 1), Ended(6.99, 1), Ended(0, 1));

        Assert.Equal([old], Expired(new RetentionOptions { MaxAgeDays = 7 }, old, justIn, fresh));
        Assert.Equal([old, justIn], Expired(new RetentionOptions { MaxAgeDays = 0.5 }, old, justIn, fresh));
    }

    [Fact]
    public void BothLimits_ExpireWhatEitherDoes()
    {
        var (old, big, fresh) = (Ended(10, 1), Ended(2, 1000), Ended(1, 10));

        Assert.Equal([old, big], Expired(new RetentionOptions { MaxAgeDays = 5, MaxBytes = 100 }, old, big, fresh));
        Assert.Equal([old], Expired(new RetentionOptions { MaxAgeDays = 5, MaxBytes = 1010 }, old, big, fresh));
    }

    [Fact]
    public void CapturesWhoseRoomIsNeeded_AreExpiredOldestFirst()
    {
        var (oldest, middle, newest) = (Ended(3, 400), Ended(2, 400), Ended(1, 400));
        var retention = new RetentionOptions { FreeBytes = 1000 };

        Assert.Empty(CaptureRetention.Expired([oldest, middle, newest], retention, Timestamp.FromDateTime(_now), free: 1000));
        Assert.Equal([oldest], CaptureRetention.Expired([oldest, middle, newest], retention, Timestamp.FromDateTime(_now), free: 999));
        Assert.Equal([oldest, middle], CaptureRetention.Expired([oldest, middle, newest], retention, Timestamp.FromDateTime(_now), free: 599));
    }

    /// <summary>Its bytes count as any other's: those that are not pinned make room.</summary>
    [Fact]
    public void PinnedCapture_Stays()
    {
        var (oldest, middle, newest) = (Ended(30, 400) with { Pinned = true }, Ended(2, 400), Ended(1, 400));

        Assert.Empty(Expired(new RetentionOptions { MaxAgeDays = 7 }, oldest, middle, newest));
        Assert.Equal([middle], Expired(new RetentionOptions { MaxBytes = 800 }, oldest, middle, newest));
        Assert.Equal([middle, newest], Expired(new RetentionOptions { MaxBytes = 1 }, oldest, middle, newest));
    }

    [Fact]
    public void LongestAge_IsCounted() => Assert.Empty(Expired(new RetentionOptions { MaxAgeDays = 36_500 }, Ended(36_000, 1)));

    [RootFact]
    public async Task Console_RemovesWhatIsTooMuchAndKeepsTheNewest()
    {
        using var lab = CaptureLab.Create("retention");
        var first = await CaptureAsync(lab);
        var second = await CaptureAsync(lab);
        var third = await CaptureAsync(lab);
        var kept = third.Files[0].Bytes + second.Files[0].Bytes;
        lab.Console.Stop();

        lab.StartConsole($"--MgCap:Retention:MaxBytes={kept}");
        MgCap.Testing.Wait.Until(() => !Directory.Exists(lab.FolderOf(first.Id)), "the oldest capture to go");

        Assert.Equal([third.Id, second.Id], (await lab.Api.ListAsync()).Captures.Select(record => record.Id).Where(id => id != first.Id));
        Assert.True(Directory.Exists(lab.FolderOf(second.Id)));
        Assert.True(Directory.Exists(lab.FolderOf(third.Id)));
    }

    [RootFact]
    public async Task PinnedCapture_OutlivesWhatComesAfterIt()
    {
        using var lab = CaptureLab.Create("pinned");
        var first = await CaptureAsync(lab);
        var second = await CaptureAsync(lab);
        var third = await CaptureAsync(lab);
        Assert.True((await lab.Api.PatchAsync(first.Id, """{"pinned":true}""")).As<CaptureRecord>().Pinned);
        lab.Console.Stop();

        lab.StartConsole($"--MgCap:Retention:MaxBytes={first.Files[0].Bytes + third.Files[0].Bytes}");
        MgCap.Testing.Wait.Until(() => !Directory.Exists(lab.FolderOf(second.Id)), "the oldest capture that is not pinned to go");
        Assert.Equal((true, "web"), ((await lab.Api.FindAsync(first.Id)).Pinned, (await lab.Api.PatchAsync(first.Id, """{"name":"web"}""")).As<CaptureRecord>().Name));
        Assert.True(Directory.Exists(lab.FolderOf(third.Id)));
        Assert.False((await lab.Api.PatchAsync(first.Id, """{"pinned":false}""")).As<CaptureRecord>().Pinned);
    }

    private static async Task<CaptureRecord> CaptureAsync(CaptureLab lab)
    {
        var started = await lab.Api.StartAsync();
        using (var sender = lab.Cable.OpenSender())
            sender.SendAll(KnownFrames.Mixed);
        return await lab.Api.StopAsync(started.Id);
    }

    private static IEnumerable<CaptureRecord> Expired(RetentionOptions retention, params CaptureRecord[] ended) =>
        CaptureRetention.Expired(ended, retention, Timestamp.FromDateTime(_now), long.MaxValue / 2).OrderBy(record => record.StoppedAt!.Value.Nanoseconds);

    private static CaptureRecord Ended(double daysAgo, long bytes) => new()
    {
        Id = Guid.NewGuid(),
        Interface = "cap0",
        Engine = EngineNames.Packet,
        State = CaptureState.Stopped,
        StartedAt = Timestamp.FromDateTime(_now.AddDays(-daysAgo).AddMinutes(-1)),
        StoppedAt = Timestamp.FromDateTime(_now.AddDays(-daysAgo)),
        Files = [new CaptureFileInfo("x.pcapng", bytes, 0, null, null)],
    };
}
