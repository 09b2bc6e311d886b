using System.Diagnostics;
using MgCap.Testing;
using MgCap.Web.Summaries;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Summaries;

public sealed class CaptureSummaryTests
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);

    [Fact]
    public async Task Summary_SaysWhatTsharkSays()
    {
        using var capture = StoredCapture.Of([.. KnownFrames.Mixed, .. KnownFrames.Udp(1000), HostileFrames.DnsQuery("www.example.org")]);

        var summary = await ReadyAsync(capture);

        var told = Judges.Tshark("-r", capture.FilePath, "-T", "fields", "-e", "frame.len", "-e", "udp.srcport", "-e", "tcp.srcport", "-e", "arp.opcode")
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
        Assert.Equal(summary.Packets / summary.DurationSeconds, summary.AveragePacketsPerSecond, 6);
        Assert.Equal(1000, summary.PeakPacketsPerSecond);
        Assert.False(summary.Truncated);
    }

    [Fact]
    public async Task Conversations_AreBothWaysTogether()
    {
        var flow = new Flow();
        var back = flow with { Source = flow.Destination, Destination = flow.Source, SourcePort = flow.DestinationPort, DestinationPort = flow.SourcePort };
        using var capture = StoredCapture.Of([Frames.Tcp4(flow, 100), Frames.Tcp4(back, 200), Frames.Tcp4(flow, 300), Frames.Udp6(Flow.NumberedIPv6(1), 100)]);

        var summary = await ReadyAsync(capture);

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
        var made = await ReadyAsync(capture);
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

        Assert.Equal(7, (await ReadyAsync(capture)).Packets);
    }

    [Fact]
    public void Table_WithTooManyKeys_KeepsTheLargeOnesAndSaysSo()
    {
        var table = new TopTable<int>(1000);
        for (var i = 0; i < 100_000; i++)
        {
            table.Add(i, 60);
            table.Add(-(i % 10) - 1, 1500);
        }

        Assert.True(table.Truncated);
        Assert.Equal(Enumerable.Range(-10, 10), table.Top(10).Select(each => each.Key).Order());
        Assert.All(table.Top(10), each => Assert.Equal(10_000, each.Value.Packets));
    }

    private static long PacketsOf(CaptureSummary summary, string protocol) => summary.Protocols.Single(each => each.Name == protocol).Packets;

    private static async Task<CaptureSummary> ReadyAsync(StoredCapture capture)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var summary = (await capture.Api.GetAsync($"{capture.Address}/summary")).As<CaptureSummary>();
            if (summary.State == SummaryState.Ready)
                return summary;
            Assert.True(clock.Elapsed < Wait.Patience, $"the summary is not ready: {summary.Progress}");
            await Task.Delay(_pause);
        }
    }
}
