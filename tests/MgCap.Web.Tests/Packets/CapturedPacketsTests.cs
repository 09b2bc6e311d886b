using MgCap.Capture.Storage;
using MgCap.Testing;
using MgCap.Web.Packets;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Packets;

/// <summary>Packets of real captures: while they run, after their end, after a crash.</summary>
public sealed class CapturedPacketsTests
{
    [RootFact]
    public async Task RunningCapture_ShowsWhatIsWrittenSoFar()
    {
        using var lab = CaptureLab.Create("rows");
        var started = await lab.Api.StartAsync(new { direction = "in" });
        using var sender = lab.Cable.OpenSender();
        for (var round = 1; round <= 3; round++)
        {
            sender.SendAll(KnownFrames.Udp(100));
            var packets = 100L * round;
            await lab.Api.WaitAsync(started.Id, record => record.Files[0].Packets == packets, "the packets in the file");

            var page = (await lab.Api.GetAsync($"/api/captures/{started.Id}/packets?offset={packets - 10}")).As<PacketPage>();
            var timeline = (await lab.Api.GetAsync($"/api/captures/{started.Id}/timeline")).As<CaptureTimeline>();

            Assert.Equal((packets, 10), (page.Total, page.Rows.Count));
            Assert.Equal(packets, timeline.Points.Sum(point => point.Packets));
        }

        (await lab.Api.GetAsync($"/api/captures/{started.Id}/summary")).RequireProblem(409, "capture_running");
        var part = await lab.Api.GetAsync($"/api/captures/{started.Id}/pcapng?filter=udp");
        Assert.Equal(300, Accounts.RequireWhole(part.Body).Packets);
        await lab.Api.StopAsync(started.Id);
    }

    [RootFact]
    public async Task EndedCapture_HasAnIndexThatCoversIt()
    {
        using var lab = CaptureLab.Create("index");
        var started = await lab.Api.StartAsync(new { snaplen = 2000 });
        using (var sender = lab.Cable.OpenSender())
            sender.SendAll(KnownFrames.Udp(2000, 1000));
        var stopped = await lab.Api.StopAsync(started.Id);
        var path = Path.Combine(lab.FolderOf(started.Id), stopped.Files[0].Name);

        var index = CaptureIndex.Read(CaptureFileSet.Of(path, stopped.Files[0].Bytes));

        Assert.True(File.Exists(CaptureIndex.PathOf(path)), "no index was written");
        Assert.True(index.LengthRead < 4096, $"{index.LengthRead} bytes of the file are not in its index");
        Assert.Equal(stopped.Statistics.Captured, index.Packets);
        Assert.Equal(stopped.Statistics.WireBytes, index.Entries.Sum(entry => entry.WireBytes));
    }

    [RootFact]
    public async Task RecoveredCapture_IsReadWhole()
    {
        using var lab = CaptureLab.Create("torn");
        var started = await lab.Api.StartAsync(new { direction = "in" });
        using (var sender = lab.Cable.OpenSender())
            sender.SendAll(KnownFrames.Udp(500));
        await lab.Api.WaitAsync(started.Id, record => record.Files[0].Packets == 500, "the packets in the file");
        lab.Console.Kill();
        var index = Assert.Single(Directory.GetFiles(lab.FolderOf(started.Id), "*.index"));
        // What a crash leaves of a record.
        await File.AppendAllBytesAsync(index, [1, 0, 0, 0, 0, 0, 0]);
        lab.StartConsole();

        var page = (await lab.Api.GetAsync($"/api/captures/{started.Id}/packets?offset=499")).As<PacketPage>();

        Assert.Equal((500, 500), (page.Total, page.Rows.Single().Number));
    }
}
