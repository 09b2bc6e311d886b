using System.Collections.Concurrent;
using System.Globalization;
using MgCap.Testing;
using MgCap.Web.Dissection;
using MgCap.Web.Packets;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Packets;

/// <summary>Display filters find what tshark -Y finds in the whole capture, whatever was asked for before.</summary>
public sealed class DisplayFilterTests(DisplayFilterTests.Several shared) : IClassFixture<DisplayFilterTests.Several>
{
    private const string CountVariable = "MGCAP_DISPLAY_TRIPLES";
    private const int FewTriples = 100;

    // The first one has several slices of 10,000 packets.
    private static readonly int[] _sizes = [24_000, 300, 1_200, 60, 2_500];

    public sealed class Several : IDisposable
    {
        internal StoredCaptures Stored { get; } = new([.. _sizes.Select((size, i) => TrafficMix.Of(i + 1, size))]);

        public void Dispose() => Stored.Dispose();
    }

    /// <summary>Captures, filters and their order by chance; MGCAP_DISPLAY_TRIPLES sets how many (make test takes 100).</summary>
    [Fact]
    public async Task RandomFiltersAndOrders_FindWhatTsharkFinds()
    {
        var count = Environment.GetEnvironmentVariable(CountVariable) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : FewTriples;
        var random = new Random(20261122);
        // Few filters for many questions: each is asked several times, of several captures.
        var filters = Enumerable.Range(0, Math.Max(12, count / 12)).Select(_ => RandomFilters.Next(random)).Distinct().ToArray();
        var questions = Enumerable.Range(0, count).Select(_ => (Capture: random.Next(_sizes.Length), Filter: filters[random.Next(filters.Length)], Limit: random.Next(2) == 0 ? 1000 : 97));
        var truths = new ConcurrentDictionary<(int, string), long[]>();
        var wrong = new ConcurrentQueue<string>();
        var found = 0L;
        await Parallel.ForEachAsync(questions, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (question, _) =>
        {
            var (id, path) = shared.Stored.Captures[question.Capture];
            var truth = truths.GetOrAdd((question.Capture, question.Filter), _ => Truth(path, question.Filter));
            var answer = await SearchAsync(shared.Stored.Api, id, question.Filter, question.Limit);
            Interlocked.Add(ref found, answer.Count);
            if (!truth.SequenceEqual(answer))
                wrong.Enqueue($"{question.Filter} in capture {question.Capture}: {truth.Except(answer).Count()} missing, {answer.Except(truth).Count()} false");
        });

        Assert.Empty(wrong);
        Assert.True(found > 0, "nothing was found at all");
    }

    [Fact]
    public async Task SameFilter_OnThreeCapturesInTurn_FindsTheirOwnPackets()
    {
        foreach (var capture in (int[])[1, 2, 3, 1, 3, 2])
        {
            var (id, path) = shared.Stored.Captures[capture];
            Assert.Equal(Truth(path, "icmp.type == 8"), await SearchAsync(shared.Stored.Api, id, "icmp.type == 8", 1000));
        }
    }

    [Fact]
    public async Task Cursor_OfASearchThatIsGone_GoesOnWhereItWas()
    {
        var (id, path) = shared.Stored.Captures[0];
        var truth = Truth(path, "udp.stream == 3");
        var page = await PageAsync(shared.Stored.Api, id, "udp.stream == 3", 5);

        // Others take the places of the searches that are kept.
        for (var i = 0; i < 9; i++)
            await SearchAsync(shared.Stored.Api, shared.Stored.Captures[3].Id, $"frame.number == {i}", 1000);
        var rest = await SearchAsync(shared.Stored.Api, id, "udp.stream == 3", 1000, page.Next);

        Assert.Equal(truth, page.Rows.Select(row => row.Number).Concat(rest));
    }

    [RootFact]
    public async Task RunningCapture_SameFilterAfterEachHundredPackets_FindsThemAll()
    {
        using var lab = CaptureLab.Create("filters");
        var started = await lab.Api.StartAsync(new { direction = "in" });
        using var sender = lab.Cable.OpenSender();
        for (var round = 1; round <= 5; round++)
        {
            sender.SendAll(Enumerable.Range(0, 100).Select(i => Frames.Udp4(Flow.Numbered(i % 7) with { DestinationPort = (ushort)(5000 + i % 10) }, 100, (uint)i)));
            await lab.Api.WaitAsync(started.Id, record => record.Files[0].Packets == 100L * round, "the packets in the file");

            var found = await SearchAsync(lab.Api, started.Id, "udp.dstport == 5001", 1000);

            Assert.Equal(Enumerable.Range(0, 10 * round).Select(i => 10L * i + 2), found);
        }

        await lab.Api.StopAsync(started.Id);
    }

    [Fact]
    public async Task FiltersOfFields_FindTheirPacketInTheWholeCapture()
    {
        var (id, path) = shared.Stored.Captures[0];
        foreach (var kind in (string[])["tcp", "http", "dns", "icmp", "ip.fragments", "arp", "vlan", "ipv6"])
        {
            // Beyond the first slice.
            var number = Truth(path, $"{kind} && frame.number > 11000")[0];
            var packet = (await shared.Stored.Api.GetAsync($"/api/captures/{id}/packets/{number}")).As<PacketDetail>();
            var filters = Flat(packet.Layers.SelectMany(layer => layer.Fields)).Select(field => field.Filter).OfType<string>().Distinct().ToList();

            Assert.NotEmpty(filters);
            foreach (var some in filters.Chunk(20).Where(some => Truth(path, $"frame.number == {number} && {string.Join(" && ", some.Select(filter => $"({filter})"))}").Length == 0))
                Assert.Fail($"{kind}: packet {number} is not found by {some.First(filter => Truth(path, $"frame.number == {number} && ({filter})").Length == 0)}");
        }
    }

    private static IEnumerable<PacketField> Flat(IEnumerable<PacketField> fields) => fields.SelectMany(field => Flat(field.Fields).Prepend(field));

    private static long[] Truth(string path, string filter) =>
        [.. ReferenceTools.Tshark("-r", path, "-Y", filter, "-T", "fields", "-e", "frame.number").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)];

    private static async Task<List<long>> SearchAsync(ConsoleApi api, Guid id, string filter, int limit, string? cursor = null)
    {
        var found = new List<long>();
        do
        {
            var page = await PageAsync(api, id, filter, limit, cursor);
            Assert.True(page.Rows.Count <= limit);
            Assert.Equal(0, page.NotSearched);
            found.AddRange(page.Rows.Select(row => row.Number));
            cursor = page.Next;
        }
        while (cursor is not null);
        return found;
    }

    private static async Task<PacketPage> PageAsync(ConsoleApi api, Guid id, string filter, int limit, string? cursor = null) =>
        (await api.GetAsync($"/api/captures/{id}/packets?limit={limit}&display={Uri.EscapeDataString(filter)}{(cursor is null ? "" : $"&cursor={cursor}")}")).As<PacketPage>();
}
