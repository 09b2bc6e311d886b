using System.Text.Json;
using MgCap.Testing;
using MgCap.Web.Dissection;
using MgCap.Web.Packets;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Packets;

/// <summary>Packets that were made to harm: they are answered as text and numbers, and the next request is answered too.</summary>
public sealed class HostilePacketTests(HostilePacketTests.Hostile shared) : IClassFixture<HostilePacketTests.Hostile>
{
    private const string NotUtf8 = "a host that is not UTF-8";
    private const int MaxAnswerBytes = 8 * 1024 * 1024;

    private static readonly (string Name, byte[] Frame)[] _frames =
    [
        ("script in a name", HostileFrames.DnsQuery(HostileFrames.Script)),
        ("script in headers", HostileFrames.HttpRequest()),
        (NotUtf8, HostileFrames.HttpRequest("caf\u00e9.example", 1025)),
        ("lengths beyond the end", HostileFrames.LyingLengths()),
        ("65,000 VLAN tags", HostileFrames.NestedVlans()),
        ("65,000 MPLS labels", HostileFrames.NestedMpls()),
        ("IP in IP in IP", HostileFrames.NestedIPv4()),
        ("nothing at all", []),
        ("one byte", [0xff]),
        ("an ordinary packet", Frames.Arp(new Flow())),
    ];

    public static TheoryData<string> Names { get; } = [.. _frames.Select(frame => frame.Name)];

    public sealed class Hostile : IDisposable
    {
        internal StoredCapture Capture { get; } = StoredCapture.Of(_frames.Select(frame => frame.Frame));

        public void Dispose() => Capture.Dispose();
    }

    [Fact]
    public async Task Rows_AreAnswered()
    {
        var page = (await shared.Capture.Api.GetAsync($"{shared.Capture.Address}/packets")).As<PacketPage>();

        Assert.Equal(_frames.Length, page.Rows.Count);
        Assert.Equal(_frames.Select(frame => (long)frame.Frame.Length), page.Rows.Select(row => row.Length));
        Assert.Contains(HostileFrames.Script, page.Rows[0].Info, StringComparison.Ordinal);
        Assert.Equal("ARP", page.Rows[^1].Protocol);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Packet_IsAnsweredInBounds(string name)
    {
        var number = 1 + Array.FindIndex(_frames, frame => frame.Name == name);

        var answer = await shared.Capture.Api.GetAsync($"{shared.Capture.Address}/packets/{number}");

        var packet = answer.As<PacketDetail>();
        Assert.Equal(_frames[number - 1].Frame, packet.Bytes);
        Assert.True(answer.Body.Length < MaxAnswerBytes, $"{name}: {answer.Body.Length} bytes");
        Assert.Equal("application/json", answer.MediaType);
        JsonDocument.Parse(answer.Body).Dispose();
    }

    [Fact]
    public async Task TextThatIsNotUtf8_CostsNobodySharkd()
    {
        var number = 1 + Array.FindIndex(_frames, frame => frame.Name == NotUtf8);

        var packet = (await shared.Capture.Api.GetAsync($"{shared.Capture.Address}/packets/{number}")).As<PacketDetail>();
        var page = (await shared.Capture.Api.GetAsync($"{shared.Capture.Address}/packets")).As<PacketPage>();
        var found = (await shared.Capture.Api.GetAsync($"{shared.Capture.Address}/packets?display=http.host+contains+%22caf%22")).As<PacketPage>();

        Assert.Equal((DissectorKind.Sharkd, DissectorKind.Sharkd), (packet.Dissector, page.Dissector));
        var fields = Flat(packet.Layers.SelectMany(layer => layer.Fields)).ToList();
        Assert.Contains(fields, field => field.Label.Contains("caf\uFFFD.example", StringComparison.Ordinal));
        Assert.DoesNotContain(fields, field => field.Filter?.Contains('\uFFFD') == true);
        Assert.Equal([number], found.Rows.Select(row => row.Number));
    }

    private static IEnumerable<PacketField> Flat(IEnumerable<PacketField> fields) => fields.SelectMany(field => Flat(field.Fields).Prepend(field));
}
