using System.Net;
using MgCap.Capture;
using MgCap.Testing;
using MgCap.Web.Dissection;
using MgCap.Web.Packets;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Packets;

/// <summary>Rows and single packets by sharkd, judged by tshark.</summary>
public sealed class PacketListTests(PacketListTests.Mixed shared) : IClassFixture<PacketListTests.Mixed>
{
    private StoredCapture Capture => shared.Capture;

    public sealed class Mixed : IDisposable
    {
        internal StoredCapture Capture { get; } = StoredCapture.Of([.. KnownFrames.Mixed, .. KnownFrames.Udp(200), HostileFrames.DnsQuery("www.example.org")]);

        public void Dispose() => Capture.Dispose();
    }

    [Fact]
    public async Task Rows_AreThoseOfTshark()
    {
        var page = await PageAsync("limit=1000");

        Assert.Equal((DissectorKind.Sharkd, (long?)page.Rows.Count, null), (page.Dissector, page.Total, page.Next));
        Assert.Equal(Judged(), page.Rows.Select(Line));
    }

    [Fact]
    public async Task Rows_OfAPage_AreThoseOfThePlace()
    {
        var all = await PageAsync("limit=1000");

        var page = await PageAsync("offset=50&limit=7");
        var last = await PageAsync($"offset={all.Total - 1}");
        var beyond = await PageAsync("offset=100000");

        Assert.Equal(all.Rows.Skip(50).Take(7), page.Rows);
        Assert.Equal([all.Rows[^1]], last.Rows);
        Assert.Empty(beyond.Rows);
        Assert.Equal((all.Total, 100_000L), (beyond.Total, beyond.Offset));
    }

    [Fact]
    public async Task At_StartsWithTheFirstPacketNotBefore()
    {
        var exact = await PageAsync("at=2026-11-22T12:00:00.007Z&limit=1");
        var between = await PageAsync("at=2026-11-22T13:00:00.0065%2B01:00&limit=1");
        var before = await PageAsync("at=2020-01-01T00:00:00Z&limit=1");
        var after = await PageAsync("at=2030-01-01T00:00:00Z&limit=1");

        Assert.Equal((7, 8), (exact.Offset, exact.Rows[0].Number));
        Assert.Equal((7, 8), (between.Offset, between.Rows[0].Number));
        Assert.Equal((0, 1), (before.Offset, before.Rows[0].Number));
        Assert.Equal(after.Total, after.Offset);
        Assert.Empty(after.Rows);
    }

    [Theory]
    [InlineData("udp.dstport == 5000")]
    [InlineData("ip.addr == 10.77.0.1 && udp.length > 60")]
    [InlineData("arp || ipv6")]
    [InlineData("vlan.id == 42 or dns.qry.name contains \"example\"")]
    [InlineData("frame.number > 10 && frame.number < 20")]
    [InlineData("tcp.port == 1")]
    public async Task Display_FindsWhatTsharkFinds(string filter)
    {
        var page = await PageAsync($"limit=1000&display={Uri.EscapeDataString(filter)}");

        Assert.Null(page.Total);
        Assert.Null(page.Next);
        Assert.Equal(Judged("-Y", filter), page.Rows.Select(Line));
    }

    [Fact]
    public async Task Display_InPages_FindsEachOnce()
    {
        var found = new List<PacketRow>();
        var next = "";
        do
        {
            var page = await PageAsync($"limit=30&display=udp{(next == "" ? "" : $"&cursor={next}")}");
            Assert.True(page.Rows.Count <= 30);
            found.AddRange(page.Rows);
            next = page.Next;
        }
        while (next is not null);

        Assert.Equal(Judged("-Y", "udp"), found.Select(Line));
    }

    [Fact]
    public async Task Display_ThatIsWrong_IsRefusedWithSharkdsWords()
    {
        var answer = await Capture.Api.GetAsync($"{Capture.Address}/packets?display=udp.port+==");

        Assert.Contains("end of filter", answer.RequireProblem(422, "filter_invalid").GetProperty("detail").GetString()!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a) or (b")]
    [InlineData("udp\\")]
    [InlineData("\"")]
    public async Task Display_ThatIsMadeToEscape_IsRefused(string filter) =>
        (await Capture.Api.GetAsync($"{Capture.Address}/packets?offset=3&display={Uri.EscapeDataString(filter)}")).RequireProblem(422, "filter_invalid");

    [Theory]
    [InlineData("offset=-1", "offset")]
    [InlineData("offset=x&limit=0", "offset", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("at=yesterday", "at")]
    [InlineData("at=2026-11-22T12:00:00Z&offset=1", "at")]
    [InlineData("cursor=1", "cursor")]
    [InlineData("cursor=x&display=udp", "cursor")]
    [InlineData("display=udp%0Aarp", "display")]
    public async Task Query_ThatMakesNoSense_IsRefusedByField(string query, params string[] fields) =>
        (await Capture.Api.GetAsync($"{Capture.Address}/packets?{query}")).RequireInvalid(fields);

    [Fact]
    public async Task Display_ThatIsTooLong_IsRefused() =>
        (await Capture.Api.GetAsync($"{Capture.Address}/packets?display={new string('a', 3000)}")).RequireInvalid("display");

    [Fact]
    public async Task Packet_HasItsLayersBytesAndPlace()
    {
        var page = await PageAsync("limit=1000");
        var frames = CapturedPacket.ReadAll(await File.ReadAllBytesAsync(Capture.FilePath));
        foreach (var number in (int[])[1, 2, 8, 10, 12, 100, (int)page.Total!])
        {
            var packet = (await Capture.Api.GetAsync($"{Capture.Address}/packets/{number}")).As<PacketDetail>();

            var frame = frames[number - 1];
            Assert.Equal((number, frame.Time, frame.Interface), (packet.Number, packet.Time!.Value, packet.Interface));
            Assert.Equal((frame.OriginalLength, frame.Data.Length), (packet.Length, packet.CapturedLength));
            Assert.Equal(frame.Direction == MgCap.Capture.Pcapng.PacketDirection.Outbound ? CaptureDirection.Out : CaptureDirection.In, packet.Direction);
            Assert.Equal(frame.Data, packet.Bytes);
            Assert.Equal(DissectorKind.Sharkd, packet.Dissector);
            Assert.Equal(("Ethernet II", 0, 14), (packet.Layers[0].Name, packet.Layers[0].Start, packet.Layers[0].Length));
            Assert.All(packet.Layers, layer => RequireInside(layer.Start, layer.Length, layer.Fields, packet.CapturedLength));
        }
    }

    [Fact]
    public async Task Packet_Fields_AreFoundByTheirFilters()
    {
        var number = KnownFrames.Mixed.Count + 201;
        var packet = (await Capture.Api.GetAsync($"{Capture.Address}/packets/{number}")).As<PacketDetail>();
        var filter = Flat(packet.Layers.Single(layer => layer.Name.StartsWith("Domain Name System", StringComparison.Ordinal)).Fields)
            .Select(field => field.Filter).First(filter => filter?.StartsWith("dns.qry.name ==", StringComparison.Ordinal) == true)!;

        var found = await PageAsync($"display={Uri.EscapeDataString(filter)}");

        Assert.Equal([number], found.Rows.Select(row => row.Number));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("218")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("99999999999999999999")]
    public async Task Packet_ThatIsNotThere_IsNotFound(string number) =>
        (await Capture.Api.GetAsync($"{Capture.Address}/packets/{number}")).RequireProblem(404, "packet_not_found");

    [Fact]
    public async Task UnknownCapture_IsNotFound()
    {
        foreach (var id in (string[])["nonsense", Guid.NewGuid().ToString()])
        {
            (await Capture.Api.GetAsync($"/api/captures/{id}/packets")).RequireProblem(404, "capture_not_found");
            (await Capture.Api.GetAsync($"/api/captures/{id}/packets/1")).RequireProblem(404, "capture_not_found");
        }
    }

    private static void RequireInside(int start, int length, IReadOnlyList<PacketField> fields, int captured)
    {
        Assert.InRange(start, 0, captured);
        Assert.InRange(start + length, 0, captured);
        Assert.All(fields, field => RequireInside(field.Start, field.Length, field.Fields, captured));
    }

    private static IEnumerable<PacketField> Flat(IEnumerable<PacketField> fields) => fields.SelectMany(field => Flat(field.Fields).Prepend(field));

    private static string Line(PacketRow row) => string.Join('\t', row.Number, row.Source, row.Destination, row.Protocol, row.Length, row.Info);

    private string[] Judged(params string[] arguments) => ReferenceTools.Tshark(
    [
        "-r", Capture.FilePath, "-T", "fields", "-e", "frame.number", "-e", "_ws.col.Source", "-e", "_ws.col.Destination", "-e", "_ws.col.Protocol",
        "-e", "frame.len", "-e", "_ws.col.Info", .. arguments,
    ]).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task<PacketPage> PageAsync(string query) => (await Capture.Api.GetAsync($"{Capture.Address}/packets?{query}")).As<PacketPage>(HttpStatusCode.OK);

    /// <summary>The first time that there is stands for none in an index without packets.</summary>
    [Theory]
    [InlineData("1677-09-21T00:12:43.145224192Z")]
    [InlineData("2262-04-11T23:47:16.854775807Z")]
    public async Task EmptyCapture_HasNoPacketsAtAnyTime(string time)
    {
        using var capture = StoredCapture.Of([]);

        var page = (await capture.Api.GetAsync($"{capture.Address}/packets?at={time}")).As<PacketPage>();

        Assert.Equal((0L, 0), (page.Total, page.Rows.Count));
    }
}
