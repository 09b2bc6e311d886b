using System.Collections.Concurrent;
using System.Net;
using System.Text;
using MgCap.Testing;
using MgCap.Web.Packets;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Packets;

/// <summary>Each field that names a display filter is found by it: the filter is sent back as it is.</summary>
public sealed class FieldFilterTests
{
    private static readonly Flow _flow = new();

    private static readonly byte[][] _frames =
    [
        Udp(40001, Enumerable.Repeat((byte)'x', 1448)),
        Udp(40001, [.. Enumerable.Repeat((byte)'x', 1447), (byte)'y']),
        Udp(514, "<13>hello\u0001there\tx\u001b[1m \"quoted\" \\ end\u007f\n"u8.ToArray()),
        Udp(514, [.. "<13>not UTF-8: "u8, 0x85, 0xff, .. " end"u8]),
        Udp(514, Encoding.UTF8.GetBytes($"<13>{string.Concat(Enumerable.Repeat("é\"日\u0085", 400))}")),
        Udp(5060, Encoding.UTF8.GetBytes($"INVITE sip:a@b SIP/2.0\r\nFrom: \"x\ty\" <sip:a@b>\r\nSubject: café \u0002\r\nX-Long: {new string('z', 1500)}\r\nCall-ID: 1\r\nContent-Length: 0\r\n\r\n")),
        Udp(69, [0, 1, .. "fi\u0001le\0octet\0"u8]),
        HostileFrames.DnsQuery("www.example.org"),
        HostileFrames.HttpRequest(),
    ];

    [Fact]
    public async Task Filter_OfEachField_FindsItsPacket()
    {
        using var capture = StoredCapture.Of(_frames);
        // Packets have many fields in common: a filter is asked for once, and has to find every packet that named it.
        var packets = new Dictionary<string, HashSet<long>>();
        for (var number = 1; number <= _frames.Length; number++)
        {
            var packet = (await capture.Api.GetAsync($"{capture.Address}/packets/{number}")).As<PacketDetail>();
            foreach (var filter in packet.Layers.SelectMany(layer => FiltersOf(layer.Fields)))
            {
                packets.TryAdd(filter, []);
                packets[filter].Add(number);
            }
        }

        var wrong = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(packets, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (asked, _) =>
        {
            var answer = await capture.Api.GetAsync($"{capture.Address}/packets?display={Uri.EscapeDataString(asked.Key)}");
            if (answer.Status != HttpStatusCode.OK || !asked.Value.IsSubsetOf(answer.As<PacketPage>().Rows.Select(row => row.Number)))
                wrong.Enqueue($"packets {string.Join(' ', asked.Value)}, {answer.Status}: {asked.Key}");
        });

        var (tried, shortened) = (packets.Count, packets.Keys.Count(filter => filter.Contains("len(", StringComparison.Ordinal)));
        Assert.Equal([], wrong);
        Assert.InRange(tried, 100, 5000);
        Assert.InRange(shortened, 3, tried);
    }

    /// <summary>What is left out of a long value may make the difference: then its length has to.</summary>
    [Fact]
    public async Task Filter_OfALongPayload_ComparesItsLength()
    {
        using var capture = StoredCapture.Of([_frames[0], Udp(40001, Enumerable.Repeat((byte)'x', 1449))]);
        var packet = (await capture.Api.GetAsync($"{capture.Address}/packets/1")).As<PacketDetail>();
        var filter = packet.Layers.SelectMany(layer => FiltersOf(layer.Fields)).Single(text => text.StartsWith("data.data", StringComparison.Ordinal));

        var page = (await capture.Api.GetAsync($"{capture.Address}/packets?display={Uri.EscapeDataString(filter)}")).As<PacketPage>();

        Assert.Equal([1L], page.Rows.Select(row => row.Number));
    }

    private static IEnumerable<string> FiltersOf(IEnumerable<MgCap.Web.Dissection.PacketField> fields) =>
        fields.SelectMany(field => FiltersOf(field.Fields).Concat(field.Filter is { } filter ? [filter] : []));

    private static byte[] Udp(int port, IEnumerable<byte> payload) => Frames.Udp4(_flow with { DestinationPort = (ushort)port }, payload.ToArray());
}
