using System.IO.Compression;
using System.Net;
using MgCap.Testing;
using MgCap.Web.Tests.Support;
using ZstdSharp;

namespace MgCap.Web.Tests.Captures;

/// <summary>What is downloaded compressed is the same file, and Wireshark's tools open it as it is.</summary>
public sealed class CompressedDownloadTests(SharedLab shared) : IClassFixture<SharedLab>
{
    private const int Packets = 500;

    private readonly Lazy<CaptureLab> _lab = new(() => shared.Lab);

    private ConsoleApi Api => _lab.Value.Api;

    [RootTheory]
    [InlineData("gzip", "application/gzip", ".gz")]
    [InlineData("zstd", "application/zstd", ".zst")]
    public async Task Whole_IsTheFileItself(string compress, string mediaType, string extension)
    {
        var id = await CaptureAsync(new { stop = new { packets = Packets }, rotate = new { packets = 200 } });
        var plain = await Api.DownloadAsync(id);

        var answer = await Api.GetAsync($"/api/captures/{id}/pcapng?compress={compress}", ("Accept-Encoding", "br, gzip"));
        Assert.Equal((HttpStatusCode.OK, mediaType), (answer.Status, answer.MediaType));
        Assert.Empty(answer.ContentHeaders.ContentEncoding);
        Assert.EndsWith($".pcapng{extension}\"", answer.ContentHeaders.ContentDisposition!.ToString(), StringComparison.Ordinal);
        Assert.True(answer.Body.Length < plain.Length / 2, $"{answer.Body.Length} of {plain.Length} bytes");
        Assert.Equal(plain, Unpack(answer.Body, compress));
        Assert.Equal(Packets, CountByCapinfos(answer.Body, $".pcapng{extension}"));

        var head = await Api.SendAsync(HttpMethod.Head, $"/api/captures/{id}/pcapng?compress={compress}");
        Assert.Equal((HttpStatusCode.OK, mediaType, 0), (head.Status, head.MediaType, head.Body.Length));
    }

    [RootTheory]
    [InlineData("gzip", ".pcapng.gz")]
    [InlineData("zstd", ".pcapng.zst")]
    [InlineData("gzip&format=pcap", ".pcap.gz")]
    [InlineData("zstd&format=pcap", ".pcap.zst")]
    public async Task Part_IsThePart(string compress, string extension)
    {
        var id = await CaptureAsync(new { stop = new { packets = Packets } });
        var plain = await Api.GetAsync($"/api/captures/{id}/pcapng?filter=udp{(compress.Contains('&', StringComparison.Ordinal) ? "&format=pcap" : "")}");

        var answer = await Api.GetAsync($"/api/captures/{id}/pcapng?filter=udp&compress={compress}");
        Assert.EndsWith($"-part{extension}\"", answer.ContentHeaders.ContentDisposition!.ToString(), StringComparison.Ordinal);
        Assert.Equal(plain.Body, Unpack(answer.Body, compress.Split('&')[0]));
        Assert.Equal(Packets, CountByCapinfos(answer.Body, extension));
    }

    [RootFact]
    public async Task RunningCapture_IsCompressedAsFarAsItIsWritten()
    {
        var started = await Api.StartAsync();
        Send(20);
        await Api.WaitAsync(started.Id, record => record.Statistics.Captured == 20, "the packets");
        var answer = await Api.GetAsync($"/api/captures/{started.Id}/pcapng?compress=zstd");
        Assert.Equal(20, CountByCapinfos(answer.Body, ".pcapng.zst"));
        await Api.StopAsync(started.Id);
    }

    [RootFact]
    public async Task WrongCompression_IsTold()
    {
        var id = await CaptureAsync(new { stop = new { packets = 1 } });
        foreach (var wrong in new[] { "xz", "", "GZIP", "none" })
            (await Api.GetAsync($"/api/captures/{id}/pcapng?compress={wrong}")).RequireInvalid("compress");
        (await Api.GetAsync($"/api/captures/{Guid.NewGuid()}/pcapng?compress=gzip")).RequireProblem(404, "capture_not_found");
    }

    private async Task<Guid> CaptureAsync(object settings)
    {
        var started = await Api.StartAsync(settings);
        Send(Packets);
        await Api.WaitForEndAsync(started.Id);
        return started.Id;
    }

    private void Send(int count)
    {
        using var sender = _lab.Value.Cable.OpenSender();
        sender.SendAll(KnownFrames.Udp(count));
    }

    private static byte[] Unpack(byte[] compressed, string compress)
    {
        using Stream stream = compress == "gzip"
            ? new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress)
            : new DecompressionStream(new MemoryStream(compressed));
        using var plain = new MemoryStream();
        stream.CopyTo(plain);
        return plain.ToArray();
    }

    private static int CountByCapinfos(byte[] content, string extension)
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf($"a{extension}");
        File.WriteAllBytes(path, content);
        return int.Parse(ReferenceTools.Capinfos("-T", "-r", "-M", "-c", path).Trim().Split('\t')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
