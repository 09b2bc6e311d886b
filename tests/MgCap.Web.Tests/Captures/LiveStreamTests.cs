using System.Net;
using MgCap.Testing;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

/// <summary>…/live: what tshark and Wireshark read from a pipe while the capture runs.</summary>
public sealed class LiveStreamTests(SharedLab shared) : IClassFixture<SharedLab>
{
    private readonly Lazy<CaptureLab> _lab = new(() => shared.Lab);

    private ConsoleApi Api => _lab.Value.Api;

    [RootFact]
    public async Task Stream_HasWhatComesFromThenOn_AndEndsWithTheCapture()
    {
        var started = await Api.StartAsync();
        Send(KnownFrames.Udp(5));
        await Api.WaitAsync(started.Id, record => record.Statistics.Captured == 5, "the packets before");
        using var client = _lab.Value.Console.OpenClient();
        using var live = await OpenAsync(client, started.Id, "");
        Assert.Equal("application/x-pcapng", live.Content.Headers.ContentType!.MediaType);
        var body = live.Content.ReadAsByteArrayAsync();
        Send(KnownFrames.Udp(20));
        await Api.WaitAsync(started.Id, record => record.Statistics.Captured == 25, "the packets");
        await Api.StopAsync(started.Id);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => (uint)i), CapturedPacket.ReadAll(await body).Select(packet => Frames.SequenceOfUdp4(packet.Data)));
        (await Api.GetAsync($"/api/captures/{started.Id}/live")).RequireProblem(409, "capture_not_running");
    }

    /// <summary>A packet that is alone is there before the next comes.</summary>
    [RootFact]
    public async Task LonePacket_ComesAtOnce()
    {
        var started = await Api.StartAsync();
        using var client = _lab.Value.Console.OpenClient();
        using var live = await OpenAsync(client, started.Id, "?format=pcap");
        await using var body = await live.Content.ReadAsStreamAsync();
        var head = new byte[24];
        await body.ReadExactlyAsync(head);
        for (var i = 1; i <= 3; i++)
        {
            Send([Frames.Udp4(new Flow(), 60 + i)]);
            var packet = new byte[16 + 60 + i];
            await body.ReadExactlyAsync(packet).AsTask().WaitAsync(Wait.Patience);
            Assert.Equal(60 + i, BitConverter.ToInt32(packet, 12));
        }

        await Api.StopAsync(started.Id);
    }

    [RootTheory]
    [InlineData("udp", 20)]
    [InlineData("tcp", 5)]
    [InlineData("tcp or udp", 25)]
    public async Task Filter_LeavesOutTheOthers(string filter, int packets)
    {
        var started = await Api.StartAsync();
        using var client = _lab.Value.Console.OpenClient();
        using var live = await OpenAsync(client, started.Id, $"?filter={Uri.EscapeDataString(filter)}");
        var body = live.Content.ReadAsByteArrayAsync();
        Send([.. KnownFrames.Udp(20), .. Enumerable.Range(0, 5).Select(i => Frames.Tcp4(new Flow(), 100, (uint)i))]);
        await Api.WaitAsync(started.Id, record => record.Statistics.Captured == 25, "the packets");
        await Api.StopAsync(started.Id);
        Assert.Equal(packets, CapturedPacket.ReadAll(await body).Count);
    }

    [RootFact]
    public async Task WrongRequests_AreRefused()
    {
        var started = await Api.StartAsync();
        var address = $"/api/captures/{started.Id}/live";
        (await Api.GetAsync($"{address}?format=erf")).RequireInvalid("format");
        (await Api.GetAsync($"{address}?filter=tcp+prot")).RequireProblem(422, "filter_invalid");
        (await Api.GetAsync($"{address}?from=2026-11-22T12:00:00Z")).RequireInvalid("from");
        (await Api.GetAsync($"/api/captures/{Guid.NewGuid()}/live")).RequireProblem(404, "capture_not_found");
        await Api.StopAsync(started.Id);
    }

    /// <summary>One that opens the stream and reads nothing harms neither the capture nor the console's end.</summary>
    [RootFact]
    public async Task ClientThatDoesNotRead_HoldsNothingUp()
    {
        using var lab = CaptureLab.Create("stalled");
        var started = await lab.Api.StartAsync(new { snaplen = 1500, direction = "in" });
        using var client = lab.Console.OpenClient();
        using var live = await OpenAsync(client, started.Id, "");
        using (var sender = lab.Cable.OpenSender())
        {
            for (var sent = 4_000; sent <= 60_000; sent += 4_000)
            {
                sender.Flood([Frames.Udp4(new Flow(), 1500)], 4_000);
                var record = await lab.Api.WaitAsync(started.Id, now => now.Statistics.Received >= sent, "the packets");
                Assert.Equal((0, 0), (record.Statistics.Dropped.Ring, record.Statistics.Dropped.Writer));
            }
        }

        lab.Console.Stop();
        lab.StartConsole();
        Assert.Equal(60_000, (await lab.Api.FindAsync(started.Id)).Statistics.Captured);
    }

    /// <summary>The download in the older format has the same packets.</summary>
    [RootFact]
    public async Task Download_IsAlsoInTheOlderFormat()
    {
        var started = await Api.StartAsync(new { stop = new { packets = 30 } });
        Send(KnownFrames.Udp(30));
        await Api.WaitForEndAsync(started.Id);
        using var folder = new TemporaryFolder();
        var (newer, older) = (folder.PathOf("a.pcapng"), folder.PathOf("a.pcap"));
        await File.WriteAllBytesAsync(newer, await Api.DownloadAsync(started.Id));
        var answer = await Api.GetAsync($"/api/captures/{started.Id}/pcapng?format=pcap");
        Assert.Equal((HttpStatusCode.OK, "application/vnd.tcpdump.pcap"), (answer.Status, answer.MediaType));
        Assert.EndsWith("cap0.pcap\"", answer.ContentHeaders.ContentDisposition!.ToString(), StringComparison.Ordinal);
        await File.WriteAllBytesAsync(older, answer.Body);
        Assert.Equal(Told(newer), Told(older));
        Assert.Equal(30, Tool.Run("tcpdump", "-nr", older).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        (await Api.GetAsync($"/api/captures/{started.Id}/pcapng?format=csv")).RequireInvalid("format");
    }

    private static string Told(string path) => ReferenceTools.Tshark("-r", path, "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.len", "-e", "frame.cap_len", "-e", "udp.payload");

    private static async Task<HttpResponseMessage> OpenAsync(HttpClient client, Guid id, string query)
    {
        var response = await client.GetAsync(new Uri($"/api/captures/{id}/live{query}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response;
    }

    private void Send(IReadOnlyList<byte[]> frames)
    {
        using var sender = _lab.Value.Cable.OpenSender();
        sender.Send(frames.Select(frame => (ReadOnlyMemory<byte>)frame));
    }
}
