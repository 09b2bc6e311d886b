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
    private const int LongestTogether = 1200;

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

        var (tried, shortened) = await RequireFoundAsync(capture, _frames.Length);

        Assert.InRange(tried, 100, 5000);
        Assert.InRange(shortened, 3, tried);
    }

    /// <summary>Conversations, of which later packets tell more: answers, fragments, retransmissions.</summary>
    [Fact]
    public async Task Filter_OfEachFieldOfAConversation_FindsItsPacket()
    {
        const int packets = 80;
        using var capture = StoredCapture.WrittenBy(path => StoredCapture.Write(path, TrafficMix.Of(7, packets)));

        var (tried, _) = await RequireFoundAsync(capture, packets);

        Assert.InRange(tried, 1000, 20_000);
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

    /// <summary>Asks for all filters of each packet, as many at a time as fit, and for each by itself where they do not find it together.</summary>
    /// <returns>How many filters there are, and how many of them are of long values.</returns>
    private static async Task<(int Tried, int Shortened)> RequireFoundAsync(StoredCapture capture, int packets)
    {
        var (wrong, all) = (new ConcurrentQueue<string>(), new ConcurrentBag<string>());
        await Parallel.ForEachAsync(Enumerable.Range(1, packets), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (number, _) =>
        {
            var packet = (await capture.Api.GetAsync($"{capture.Address}/packets/{number}")).As<PacketDetail>();
            var filters = packet.Layers.SelectMany(layer => FiltersOf(layer.Fields)).Distinct().ToList();
            filters.ForEach(all.Add);
            foreach (var together in Together(filters))
            {
                if (await FindsAsync(capture, string.Join(" && ", together.Select(filter => $"({filter})")), number))
                    continue;
                foreach (var filter in together)
                {
                    if (!await FindsAsync(capture, filter, number))
                        wrong.Enqueue($"packet {number}: {filter}");
                }
            }
        });
        Assert.True(wrong.IsEmpty, string.Join(Environment.NewLine, wrong));
        return (all.Count, all.Distinct().Count(filter => filter.Contains("len(", StringComparison.Ordinal)));
    }

    private static IEnumerable<List<string>> Together(List<string> filters)
    {
        var together = new List<string>();
        foreach (var filter in filters)
        {
            if (together.Count > 0 && together.Sum(each => Encoding.UTF8.GetByteCount(each) + 6) + Encoding.UTF8.GetByteCount(filter) > LongestTogether)
            {
                yield return together;
                together = [];
            }

            together.Add(filter);
        }

        yield return together;
    }

    private static async Task<bool> FindsAsync(StoredCapture capture, string filter, long number)
    {
        var answer = await capture.Api.GetAsync($"{capture.Address}/packets?limit=1000&display={Uri.EscapeDataString(filter)}");
        return answer.Status == HttpStatusCode.OK && answer.As<PacketPage>().Rows.Any(row => row.Number == number);
    }

    private static IEnumerable<string> FiltersOf(IEnumerable<MgCap.Web.Dissection.PacketField> fields) =>
        fields.SelectMany(field => FiltersOf(field.Fields).Concat(field.Filter is { } filter ? [filter] : []));

    private static byte[] Udp(int port, IEnumerable<byte> payload) => Frames.Udp4(_flow with { DestinationPort = (ushort)port }, payload.ToArray());
}
