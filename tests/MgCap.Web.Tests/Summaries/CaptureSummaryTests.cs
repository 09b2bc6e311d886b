using System.Text.Json;
using MgCap.Capture;
using MgCap.Testing;
using MgCap.Web.Summaries;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Summaries;

public sealed class CaptureSummaryTests
{
    [Fact]
    public async Task Summary_SaysWhatTsharkSays()
    {
        using var capture = StoredCapture.Of([.. KnownFrames.Mixed, .. KnownFrames.Udp(1000), HostileFrames.DnsQuery("www.example.org")]);

        var summary = await capture.SummaryAsync();

        var told = ReferenceTools.Tshark("-r", capture.FilePath, "-T", "fields", "-e", "frame.len", "-e", "udp.srcport", "-e", "tcp.srcport", "-e", "arp.opcode")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToList();
        Assert.Equal((SummaryState.Ready, (long)told.Count), (summary.State, summary.Packets));
        Assert.Equal(told.Sum(fields => long.Parse(fields[0], null)), summary.WireBytes);
        Assert.Equal(told.Count(fields => fields[2] != ""), PacketsOf(summary, "TCP"));
        Assert.Equal(told.Count(fields => fields[1] != "") - 1, PacketsOf(summary, "UDP"));
        Assert.Equal(1, PacketsOf(summary, "DNS"));
        Assert.Equal(told.Count(fields => fields[3] != ""), PacketsOf(summary, "ARP"));
        Assert.Equal(summary.Packets, summary.Protocols.Sum(protocol => protocol.Packets));
        Assert.Equal(summary.Packets, summary.Lengths.Sum(length => length.Packets));
        Assert.Equal((told.Count - 1) / 1000d, summary.DurationSeconds, 9);
        Assert.Equal(summary.Packets / summary.DurationSeconds, summary.AveragePacketsPerSecond!.Value, 6);
        Assert.Equal(1000, summary.PeakPacketsPerSecond);
        Assert.False(summary.Truncated);
    }

    /// <summary>A ping and its answer: they are two packets of one second, and no rate.</summary>
    [Theory]
    [InlineData(55_800)]
    [InlineData(1)]
    [InlineData(999_999_999)]
    public async Task Summary_OfLessThanASecond_HasAPeakAndNoAverage(long apart)
    {
        using var capture = Timed([0, apart]);

        await capture.SummaryAsync();

        var summary = (await capture.Api.GetAsync($"{capture.Address}/summary")).Json;
        Assert.Equal((2, 2 * 800), (summary.GetProperty("peakPacketsPerSecond").GetInt32(), summary.GetProperty("peakBitsPerSecond").GetInt32()));
        Assert.Equal(JsonValueKind.Null, summary.GetProperty("averagePacketsPerSecond").ValueKind);
        Assert.Equal(JsonValueKind.Null, summary.GetProperty("averageBitsPerSecond").ValueKind);
    }

    /// <summary>The fullest second is the one that tshark finds; a clock that was set back for a moment does not part a second's packets.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PeakSecond_IsTsharks(bool disordered)
    {
        var random = new Random(1);
        var times = Enumerable.Range(0, 3000).Select(_ => (long)(random.NextDouble() * random.NextDouble() * 7e9)).Order().ToArray();
        if (disordered)
        {
            for (var i = 10; i < times.Length - 1; i += 3)
                times[i] = Math.Max(1, times[i] - 1_500_000_000L);
        }

        using var capture = Timed([0, .. times]);

        var summary = await capture.SummaryAsync();

        var seconds = ReferenceTools.Tshark("-r", capture.FilePath, "-T", "fields", "-e", "frame.time_relative").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .GroupBy(text => Math.Floor(decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture))).Select(second => second.Count());
        Assert.Equal(seconds.Max(), summary.PeakPacketsPerSecond);
        Assert.Equal(seconds.Max() * 800, summary.PeakBitsPerSecond);
        Assert.Equal(summary.Packets / summary.DurationSeconds, summary.AveragePacketsPerSecond!.Value, 6);
    }

    [Fact]
    public async Task Summary_KeptByAnEarlierVersion_IsMadeAgain()
    {
        using var capture = Timed([0, 55_800]);
        await capture.SummaryAsync();
        capture.Console.Stop();
        var path = Path.Combine(Path.GetDirectoryName(capture.FilePath)!, "capture.summary");
        File.WriteAllText(path, $$"""{ "fileBytes": {{new FileInfo(capture.FilePath).Length}}, "summary": { "state": "ready", "progress": 1, "packets": 2, "peakPacketsPerSecond": 35842 } }""");
        capture.StartConsole();

        Assert.Equal(2, (await capture.SummaryAsync()).PeakPacketsPerSecond);
    }

    [Fact]
    public async Task Conversations_AreBothWaysTogether()
    {
        var flow = new Flow();
        var back = flow with { Source = flow.Destination, Destination = flow.Source, SourcePort = flow.DestinationPort, DestinationPort = flow.SourcePort };
        using var capture = StoredCapture.Of([Frames.Tcp4(flow, 100), Frames.Tcp4(back, 200), Frames.Tcp4(flow, 300), Frames.Udp6(Flow.NumberedIPv6(1), 100)]);

        var summary = await capture.SummaryAsync();

        var largest = summary.Conversations[0];
        Assert.Equal((3L, 600L, "TCP"), (largest.Packets, largest.WireBytes, largest.Protocol));
        Assert.Equal(
            new[] { (flow.Source.ToString(), flow.SourcePort), (flow.Destination.ToString(), flow.DestinationPort) }.Order(),
            new[] { (largest.A, (ushort)largest.APort!), (largest.B, (ushort)largest.BPort!) }.Order());
        Assert.Equal(2, summary.Conversations.Count);
        Assert.Equal(3, summary.Addresses.Single(address => address.Address == flow.Source.ToString()).Packets);
    }

    [Fact]
    public async Task Summary_IsKeptBesideTheCapture()
    {
        using var capture = StoredCapture.Of(KnownFrames.Udp(100));
        var made = await capture.SummaryAsync();
        capture.Console.Stop();
        capture.StartConsole();

        var kept = (await capture.Api.GetAsync($"{capture.Address}/summary")).As<CaptureSummary>();

        Assert.Equal(SummaryState.Ready, kept.State);
        Assert.Equivalent(made, kept, strict: true);
        Assert.Equal(System.Net.HttpStatusCode.NoContent, (await capture.Api.DeleteAsync(capture.Id)).Status);
        (await capture.Api.GetAsync($"{capture.Address}/summary")).RequireProblem(404, "capture_not_found");
    }

    [Fact]
    public async Task Summary_OfHostilePackets_IsMade()
    {
        using var capture = StoredCapture.Of(
            [HostileFrames.NestedVlans(), HostileFrames.NestedIPv4(), HostileFrames.NestedMpls(), HostileFrames.LyingLengths(), [], [1], Frames.Udp4(new Flow(), 60)[..20]]);

        Assert.Equal(7, (await capture.SummaryAsync()).Packets);
    }

    [Fact]
    public void Table_WithTooManyKeys_KeepsTheLargeOnesAndSaysSo()
    {
        var table = new HeavyHitters<int>(1000);
        for (var i = 0; i < 100_000; i++)
        {
            table.Add(i, 60);
            table.Add(-(i % 10) - 1, 1500);
        }

        Assert.True(table.Truncated);
        Assert.Equal(Enumerable.Range(-10, 10), table.Top(10).Select(each => each.Key).Order());
        Assert.All(table.Top(10), each => Assert.Equal(10_000, each.Value.Packets));
    }

    /// <summary>Packets of 100 bytes at these nanoseconds after the start.</summary>
    private static StoredCapture Timed(IEnumerable<long> times) =>
        StoredCapture.WrittenBy(path => StoredCapture.Write(path, times.Select(time => (new Timestamp(StoredCapture.Start.Nanoseconds + time), new byte[100]))));

    private static long PacketsOf(CaptureSummary summary, string protocol) => summary.Protocols.Single(each => each.Name == protocol).Packets;
}
