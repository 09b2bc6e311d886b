using MgCap.Testing;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

/// <summary>What the filter leaves out is counted; what it lets in is in the file.</summary>
public sealed class CaptureFilterTests
{
    private static readonly Flow _other = new() { DestinationPort = 6000 };

    private static readonly IReadOnlyList<byte[]> _wanted = KnownFrames.Udp(10);

    // The kernel keeps the tag beside the packet, so that a filter that does not speak of VLANs sees what is inside, as tcpdump's does.
    private static readonly IReadOnlyList<byte[]> _tagged = [.. KnownFrames.Udp(4).Select(frame => Frames.Vlan(KnownFrames.Vlan, frame))];

    private static readonly IReadOnlyList<byte[]> _sent =
    [
        .. Enumerable.Repeat(Frames.Udp4(_other, 80), 5), .. _wanted, .. Enumerable.Repeat(Frames.Tcp4(new Flow(), 80), 7), .. _tagged, Frames.Arp(new Flow()),
    ];

    [RootTheory]
    [InlineData("udp port 5000", 14)]
    [InlineData("not udp port 5000", 13)]
    [InlineData("udp dst port 6000", 5)]
    [InlineData("tcp", 7)]
    [InlineData("arp", 1)]
    [InlineData("vlan 100", 4)]
    [InlineData("vlan 100 and udp port 5000", 4)]
    [InlineData("udp port 5000 and not vlan", 10)]
    [InlineData("greater 100", 14)]
    [InlineData("ip6", 0)]
    public async Task Capture_WithFilter_CountsWhatItLeavesOut(string filter, int matching)
    {
        using var lab = CaptureLab.Create("filter");
        using var sender = lab.Cable.OpenSender();

        var started = await lab.Api.StartAsync(new { filter });
        sender.SendAll(_sent);
        var stopped = await lab.Api.StopAsync(started.Id);
        var file = await lab.Api.DownloadAsync(started.Id);

        Assert.Equal(filter, stopped.Filter);
        Assert.Equal(_sent.Count, stopped.Statistics.Received);
        Assert.Equal(matching, stopped.Statistics.Captured);
        Assert.Equal(_sent.Count - matching, stopped.Statistics.Filtered);
        Accounts.RequireAgreement(stopped, file);
        Accounts.RequireSameStatistics(stopped, file);
        Assert.All(Accounts.RequireWhole(file).Interfaces, each => Assert.Equal(filter, each.Description.Filter));
    }

    [RootFact]
    public async Task Capture_WithFilter_HoldsTheMatchingFrames()
    {
        using var lab = CaptureLab.Create("match");
        using var sender = lab.Cable.OpenSender();

        var started = await lab.Api.StartAsync(new { filter = "udp port 5000 and not vlan" });
        sender.SendAll(_sent);
        await lab.Api.StopAsync(started.Id);
        var packets = CapturedPacket.ReadAll(await lab.Api.DownloadAsync(started.Id));

        Assert.Equal(_wanted.Select(frame => KnownFrames.Cut(frame)), packets.Select(packet => packet.Data));
    }
}
