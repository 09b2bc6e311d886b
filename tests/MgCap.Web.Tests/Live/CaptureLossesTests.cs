using MgCap.Testing;
using MgCap.Web.History;
using MgCap.Web.Live;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Live;

/// <summary>When a capture lost packets, told after its end.</summary>
public sealed class CaptureLossesTests : IDisposable
{
    private const int Length = 9000;

    private readonly Lazy<CaptureLab> _lab = new(() => CaptureLab.Create("losses"));

    private CaptureLab Lab => _lab.Value;

    public void Dispose()
    {
        if (_lab.IsValueCreated)
            _lab.Value.Dispose();
    }

    [RootFact]
    public async Task Losses_OutliveTheCaptureAndTheConsole()
    {
        var started = await Lab.Api.StartAsync(new { snaplen = Length });
        using (Stopped.Process(Lab.Console.ProcessId))
        {
            using var sender = Lab.Cable.OpenSender();
            // More than the ring of 64 MiB holds.
            sender.SendAll(Enumerable.Repeat(KnownFrames.Udp(100, Length), 120).SelectMany(frames => frames));
        }

        await Lab.Api.WaitAsync(started.Id, record => record.Statistics.Received == 12_000, "all packets to be counted");
        var running = await ReadAsync(started.Id);
        var stopped = await Lab.Api.StopAsync(started.Id);
        var ended = await ReadAsync(started.Id);
        Lab.Console.Stop();
        Lab.StartConsole();
        var later = await ReadAsync(started.Id);

        Assert.NotEmpty(ended);
        Assert.Equal(stopped.Statistics.Dropped.Ring, ended.Sum(loss => loss.Packets));
        Assert.All(ended, loss => Assert.Equal(LossStage.Ring, loss.Stage));
        Assert.InRange(running.Count, 0, ended.Count);
        Assert.Equal(ended, later);
        Assert.InRange(ended[^1].ToSeconds, ended[0].FromSeconds, (stopped.StoppedAt!.Value.Nanoseconds - stopped.StartedAt.Nanoseconds) / 1e9 + 1);
    }

    [RootFact]
    public async Task CaptureThatLostNothing_HasNone()
    {
        var started = await Lab.Api.StartAsync();
        Assert.Empty(await ReadAsync(started.Id));
        await Lab.Api.StopAsync(started.Id);

        Assert.Empty(await ReadAsync(started.Id));
        Assert.DoesNotContain(Directory.EnumerateFiles(Lab.FolderOf(started.Id)), file => file.EndsWith(".losses", StringComparison.Ordinal));
    }

    /// <summary>The kernel counts them as rx_dropped after they were captured.</summary>
    [RootFact]
    public async Task PacketsThatNobodyWants_AreNoLoss()
    {
        const int unwanted = 20;
        var started = await Lab.Api.StartAsync();
        using (var sender = Lab.Cable.OpenSender())
        {
            var frame = KnownFrames.Udp(1, 60)[0];
            (frame[12], frame[13]) = (0x88, 0xcc);
            sender.SendAll(Enumerable.Repeat(Frames.Vlan(7, frame), unwanted));
        }

        await Lab.Api.WaitAsync(started.Id, record => record.Statistics.Captured == unwanted, "all packets to be captured");
        var stopped = await Lab.Api.StopAsync(started.Id);
        Assert.Equal((0, unwanted), (stopped.Statistics.Dropped.Nic, stopped.Statistics.RxDropped));
        Assert.Empty(await ReadAsync(started.Id));
    }

    [RootTheory]
    [InlineData("0199d1a0-0000-7000-8000-000000000000")]
    [InlineData("nothing")]
    public async Task UnknownCapture_IsNotFound(string id) =>
        (await Lab.Api.GetAsync($"/api/captures/{id}/losses")).RequireProblem(404, "capture_not_found");

    private async Task<IReadOnlyList<LossEvent>> ReadAsync(Guid id) => (await Lab.Api.GetAsync($"/api/captures/{id}/losses")).As<CaptureLosses>().Losses;
}
