using System.Net;
using MgCap.Capture;
using MgCap.Capture.Pcapng;
using MgCap.Testing;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Packets;

/// <summary>Parts of a capture, judged by editcap's and tcpdump's own cut of the same file.</summary>
public sealed class PartDownloadTests(PartDownloadTests.Large shared) : IClassFixture<PartDownloadTests.Large>
{
    private StoredCapture Capture => shared.Capture;

    public sealed class Large : IDisposable
    {
        internal StoredCapture Capture { get; } = StoredCapture.Of([.. Enumerable.Repeat(KnownFrames.Mixed, 300).SelectMany(frames => frames), .. KnownFrames.Udp(5000)]);

        public void Dispose() => Capture.Dispose();
    }

    [Theory]
    [InlineData("2026-11-22T12:00:01.5Z", "2026-11-22T12:00:03.25Z")]
    [InlineData("2026-11-22T12:00:00.001Z", "2026-11-22T12:00:00.002Z")]
    [InlineData("2026-11-22T12:00:08Z", "2027-01-01T00:00:00Z")]
    public async Task TimeRange_IsEditcapsCut(string from, string to)
    {
        var part = await PartAsync($"from={from}&to={to}");

        using var folder = new TemporaryFolder();
        var cut = folder.PathOf("cut.pcapng");
        // editcap's -B is the first time that does not belong to it.
        Tool.Run("env", "TZ=UTC", "editcap", "-A", from, "-B", to, Capture.FilePath, cut);
        Assert.Equal(Told(await File.ReadAllBytesAsync(cut)), Told(part));
        Assert.NotEmpty(Told(part));
    }

    [Theory]
    [InlineData("udp port 5000")]
    [InlineData("arp or ip6")]
    [InlineData("vlan 100")]
    [InlineData("greater 1000")]
    [InlineData("tcp[tcpflags] & tcp-push != 0 and less 600")]
    [InlineData("host 192.0.2.1")]
    public async Task Filter_IsTcpdumpsCut(string filter)
    {
        var part = await PartAsync($"filter={Uri.EscapeDataString(filter)}");

        using var folder = new TemporaryFolder();
        var cut = folder.PathOf("cut.pcap");
        ReferenceTools.Tcpdump("-r", Capture.FilePath, "--nano", "-w", cut, filter);
        Assert.Equal(Frames(cut), Frames(Written(folder, part)));
    }

    [Fact]
    public async Task TimeAndFilter_AreBoth()
    {
        var part = await PartAsync("from=2026-11-22T12:00:04Z&to=2026-11-22T12:00:06Z&filter=udp+port+5000");

        var whole = Told(await File.ReadAllBytesAsync(Capture.FilePath));
        var (from, to) = (Timestamp.Parse("2026-11-22T12:00:04Z"), Timestamp.Parse("2026-11-22T12:00:06Z"));
        Assert.Equal(whole.Where(packet => packet.Time >= from && packet.Time < to && packet.Frame.Length == 200), Told(part));
    }

    [Fact]
    public async Task Part_IsAFileOfItsOwn()
    {
        var answer = await Capture.Api.GetAsync($"{Capture.Address}/pcapng?from=2026-11-22T12:00:01Z");
        var head = await Capture.Api.SendAsync(HttpMethod.Head, $"{Capture.Address}/pcapng?from=2026-11-22T12:00:01Z");

        var scan = Accounts.RequireWhole(answer.Body);
        Assert.Equal(["eth0/rx0", "eth0/rx1"], scan.Interfaces.Select(each => each.Description.Name));
        Assert.Equal("application/x-pcapng", answer.MediaType);
        Assert.EndsWith("-part.pcapng\"", answer.ContentHeaders.ContentDisposition!.ToString(), StringComparison.Ordinal);
        Assert.Null(answer.Headers.ETag);
        Assert.Equal((HttpStatusCode.OK, 0), (head.Status, head.Body.Length));
        Assert.Equal(answer.ContentHeaders.ContentDisposition, head.ContentHeaders.ContentDisposition);
    }

    [Theory]
    [InlineData("from=2030-01-01T00:00:00Z")]
    [InlineData("to=2020-01-01T00:00:00Z")]
    [InlineData("filter=host+192.0.2.1")]
    public async Task Part_WithoutPackets_IsAWholeFile(string query)
    {
        var scan = Accounts.RequireWhole(await PartAsync(query));

        Assert.Equal((0, 2), (scan.Packets, scan.Interfaces.Count));
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=x&to=y", "from", "to")]
    [InlineData("from=2026-11-22T12:00:01Z&to=2026-11-22T12:00:01Z", "to")]
    [InlineData("filter=a%00b", "filter")]
    public async Task Query_ThatMakesNoSense_IsRefusedByField(string query, params string[] fields) =>
        (await Capture.Api.GetAsync($"{Capture.Address}/pcapng?{query}")).RequireInvalid(fields);

    [Fact]
    public async Task Filter_ThatIsWrong_IsRefusedWithLibpcapsWords()
    {
        var problem = (await Capture.Api.GetAsync($"{Capture.Address}/pcapng?filter=port+")).RequireProblem(422, "filter_invalid");

        Assert.Contains("syntax", problem.GetProperty("detail").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownCapture_IsNotFound() =>
        (await Capture.Api.GetAsync($"/api/captures/{Guid.NewGuid()}/pcapng?filter=udp")).RequireProblem(404, "capture_not_found");

    private static IEnumerable<(string Interface, Timestamp Time, string Frame, PacketDirection Direction)> Told(byte[] file) =>
        [.. CapturedPacket.ReadAll(file).Select(packet => (packet.Interface, packet.Time, Convert.ToHexString(packet.Data), packet.Direction))];

    private static string Written(TemporaryFolder folder, byte[] file)
    {
        var path = folder.PathOf("part.pcapng");
        File.WriteAllBytes(path, file);
        return path;
    }

    private static string Frames(string path) => ReferenceTools.Tcpdump("-r", path, "--nano", "-n", "-tt", "-e", "-xx");

    private async Task<byte[]> PartAsync(string query)
    {
        var answer = await Capture.Api.GetAsync($"{Capture.Address}/pcapng?{query}");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Body;
    }
}
