using System.Net;
using MgCap.Capture;
using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Downloads;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

public sealed class RotationTests(SharedLab shared) : IClassFixture<SharedLab>
{
    private readonly Lazy<CaptureLab> _lab = new(() => shared.Lab);

    private ConsoleApi Api => _lab.Value.Api;

    [RootFact]
    public async Task Files_StandAlone_AndAreOneCapture()
    {
        var started = await Api.StartAsync(new { rotate = new { packets = 10 }, stop = new { packets = 45 } });
        Send(KnownFrames.Udp(50));
        var ended = await Api.WaitForEndAsync(started.Id);

        Assert.Equal(new Rotation(Packets: 10), ended.Rotate);
        Assert.Equal([10L, 10, 10, 10, 5], ended.Files.Select(file => file.Packets));
        Assert.Equal(Enumerable.Range(1, 5).Select(i => $"_{i:D5}.pcapng"), ended.Files.Select(file => file.Name[^13..]));
        Assert.Equal(ended.Files, (await ListAsync(started.Id)));
        var next = 0u;
        foreach (var file in ended.Files)
        {
            var answer = await Api.GetAsync($"/api/captures/{started.Id}/files/{file.Name}");
            Assert.Equal((HttpStatusCode.OK, file.Bytes), (answer.Status, answer.Body.LongLength));
            Assert.Equal($"attachment; filename=\"{file.Name}\"", answer.ContentHeaders.ContentDisposition!.ToString());
            var told = Accounts.RequireWhole(answer.Body);
            Assert.Equal((file.Packets, file.Packets), (told.Packets, told.Interfaces.Sum(each => (long)each.LastStatistics!.Value.UserDelivered)));
            foreach (var packet in CapturedPacket.ReadAll(answer.Body))
                Assert.Equal(next++, Frames.SequenceOfUdp4(packet.Data));
        }

        Assert.Equal(45u, next);
        var all = await Api.DownloadAsync(started.Id);
        Assert.Equal(Enumerable.Range(0, 45).Select(i => (uint)i), CapturedPacket.ReadAll(all).Select(packet => Frames.SequenceOfUdp4(packet.Data)));
    }

    [RootFact]
    public async Task OneFile_HasRangesAndATag()
    {
        var started = await Api.StartAsync(new { rotate = new { packets = 10 }, stop = new { packets = 15 } });
        Send(KnownFrames.Udp(20));
        var file = (await Api.WaitForEndAsync(started.Id)).Files[0];
        var address = $"/api/captures/{started.Id}/files/{file.Name}";

        var whole = await Api.GetAsync(address);
        var part = await Api.GetAsync(address, ("Range", "bytes=100-199"));
        Assert.Equal(HttpStatusCode.PartialContent, part.Status);
        Assert.Equal(whole.Body[100..200], part.Body);
        Assert.Equal(HttpStatusCode.NotModified, (await Api.GetAsync(address, ("If-None-Match", whole.Headers.ETag!.ToString()))).Status);
    }

    [RootFact]
    public async Task Ring_KeepsItsNewest_WhileItRuns()
    {
        var started = await Api.StartAsync(new { rotate = new { packets = 10, files = 3 } });
        Send(KnownFrames.Udp(75));
        var running = await Api.WaitAsync(started.Id, record => record.Statistics.Captured == 75, "the packets");

        Assert.Equal([6, 7, 8], running.Files.Select(NumberOf));
        Assert.Equal([CaptureFileState.Finished, CaptureFileState.Finished, CaptureFileState.Writing], running.Files.Select(file => file.State));
        Assert.Equal(3, Directory.GetFiles(_lab.Value.FolderOf(started.Id), "*.pcapng").Length);
        Assert.Equal(Enumerable.Range(50, 25).Select(i => (uint)i), Numbers(await Api.DownloadAsync(started.Id)));
        (await Api.GetAsync($"/api/captures/{started.Id}/files/{running.Files[0].Name.Replace("_00006", "_00001", StringComparison.Ordinal)}")).RequireProblem(404, "capture_not_found");

        var stopped = await Api.StopAsync(started.Id);
        Assert.Equal((75, 25), (stopped.Statistics.Captured, stopped.Files.Sum(file => file.Packets)));
        Assert.All(stopped.Files, file => Assert.Equal(CaptureFileState.Finished, file.State));
    }

    /// <summary>Files go away while they are read: a reader begins again, and no answer is a failure of the console's.</summary>
    [RootFact]
    public async Task Ring_IsReadWhileItTurns()
    {
        var started = await Api.StartAsync(new { rotate = new { packets = 20, files = 2 } });
        using var enough = new CancellationTokenSource();
        var turning = Task.Run(() =>
        {
            // Ten files a second.
            while (!enough.Token.WaitHandle.WaitOne(100))
                Send(KnownFrames.Udp(20));
        });
        await Api.WaitAsync(started.Id, record => record.Statistics.Captured > 100, "the ring to turn");
        for (var round = 0; round < 12; round++)
        {
            foreach (var path in (string[])["packets?limit=5", "packets/3", "timeline?points=10", "files", "pcapng?format=pcap&filter=tcp"])
            {
                var answer = await Api.GetAsync($"/api/captures/{started.Id}/{path}");
                Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"{path}: {answer.Status} {answer.Text}");
            }
        }

        await enough.CancelAsync();
        await turning;
        var stopped = await Api.StopAsync(started.Id);
        Assert.True(stopped.Statistics.Captured > 200, "the ring has turned many times");
        Assert.Equal(stopped.Files.Sum(file => file.Packets), CapturedPacket.ReadAll(await Api.DownloadAsync(started.Id)).Count);
    }

    [RootTheory]
    [InlineData("..%2fmgcap.db")]
    [InlineData("%2fetc%2fpasswd")]
    [InlineData("capture.losses")]
    [InlineData("nosuch.pcapng")]
    public async Task FileThatIsNone_IsNotGiven(string name)
    {
        var started = await Api.StartAsync(new { rotate = new { packets = 10 } });
        await Api.StopAsync(started.Id);
        var answer = await Api.GetAsync($"/api/captures/{started.Id}/files/{name}");
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
    }

    /// <summary>Nothing of rotation is asked for, as the page sends it.</summary>
    [RootFact]
    public async Task Nothing_IsOneFile()
    {
        var started = await Api.StartAsync(new { rotate = new { bytes = 0, seconds = 0, packets = 0 } });
        Assert.Null(started.Rotate);
        Assert.DoesNotContain("_00001", (await Api.StopAsync(started.Id)).Files.Single().Name, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<CaptureFileInfo>> ListAsync(Guid id) => (await Api.GetAsync($"/api/captures/{id}/files")).As<CaptureFileList>().Files;

    private static IEnumerable<uint> Numbers(byte[] file) => CapturedPacket.ReadAll(file).Select(packet => Frames.SequenceOfUdp4(packet.Data));

    private static int NumberOf(CaptureFileInfo file) => int.Parse(file.Name[^12..^7], System.Globalization.CultureInfo.InvariantCulture);

    private void Send(IReadOnlyList<byte[]> frames)
    {
        using var sender = _lab.Value.Cable.OpenSender();
        sender.Send(frames.Select(frame => (ReadOnlyMemory<byte>)frame));
    }
}
