using MgCap.Capture.Tests.Support;
using MgCap.Testing;
using static MgCap.Capture.Tests.Support.Wire;

namespace MgCap.Capture.Tests.Engines.Xdp;

/// <summary>Capture filters in the programs themselves, before anything is copied. tcpdump says which packets they are to find.</summary>
public sealed class XdpFilterTests
{
    private static byte[][] Sample { get; } =
    [
        .. Enumerable.Range(0, 40).Select(i => Frames.Udp4(Flow.Numbered(i), 60 + (17 * i), (uint)i)),
        .. Enumerable.Range(0, 10).Select(i => Frames.Udp4(new Flow { DestinationPort = (ushort)(5000 + i) }, 9000, (uint)i)),
        .. Enumerable.Range(0, 10).Select(i => Frames.Tcp4(Flow.Numbered(i), 200 + i)),
        .. Enumerable.Range(0, 10).Select(i => Frames.Udp6(Flow.Numbered(i), 300 + i)),
        Frames.Arp(new Flow()),
        Frames.Vlan(7, Frames.Udp4(new Flow(), 100)),
        Frames.QinQ(8, 9, Frames.Udp4(new Flow(), 100)),
    ];

    [RootTheory]
    [InlineData("udp")]
    [InlineData("not udp")]
    [InlineData("udp portrange 5000-5004")]
    [InlineData("greater 500")]
    [InlineData("udp port 5003 or (ip and less 200)")]
    [InlineData("udp[8:4] & 3 = 1 or len > 8999")]
    [InlineData("ether[8990:2] >= 0")]
    [InlineData("ip6 or arp or tcp")]
    [InlineData("vlan 7 and udp")]
    public void Filter_FindsWhatTcpdumpFinds(string filter)
    {
        using var lab = VethLab.Create("filter");
        using var everything = new FilteredCapture(lab, "", Sample);
        using var filtered = new FilteredCapture(lab, filter, Sample);
        var expected = Judges.Tcpdump("-n", "-r", everything.File.Path, filter).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        var statistics = filtered.File.Session.ReadStatistics();
        Assert.Equal((expected, (2 * Sample.Length) - expected), (statistics.Captured, statistics.Filtered));
        Assert.Equal(2 * Sample.Length, statistics.Received);
        Assert.All(statistics.Queues, queue => Assert.Equal(Sample.Length, queue.Received));
    }

    [RootFact]
    public void Drop_PassesWhatTheFilterLeavesOut()
    {
        using var lab = VethLab.Create("filterdrop", new VethOptions { Addresses = true });
        using (new DeviceCapture(lab.CaptureSide, LabCapture.XdpSettings() with { Mode = CaptureMode.Drop, Filter = "udp" }))
            Assert.True(lab.CaptureAnswers(), "a ping passes a filter for something else");
        using (new DeviceCapture(lab.CaptureSide, LabCapture.XdpSettings() with { Mode = CaptureMode.Drop, Filter = "icmp" }))
            Assert.False(lab.CaptureAnswers(), "what the filter finds is dropped");
        Assert.True(lab.CaptureAnswers(), "nothing is dropped any more");
    }

    /// <summary>A filter's meaning must not depend on what auto happens to take.</summary>
    [RootTheory]
    [InlineData("", "native")]
    [InlineData("udp", "TPACKET_V3, 1 ring")]
    public void Auto_LeavesFiltersToPacketSockets(string filter, string detail)
    {
        using var lab = VethLab.Create("filterauto");
        using var capture = new DeviceCapture(lab.CaptureSide, LabCapture.XdpSettings() with { Engine = CaptureEngineKind.Auto, Filter = filter });
        Assert.Equal(detail, capture.Session.EngineDetail);
    }

    [RootFact]
    public void BadFilter_IsRefusedInLibpcapsWords()
    {
        using var lab = VethLab.Create("filterbad");
        var refusal = Assert.Throws<CaptureRefusedException>(
            () => new DeviceCapture(lab.CaptureSide, LabCapture.XdpSettings() with { Filter = "tcp prot 443" }));
        Assert.Equal(RefusalCode.FilterInvalid, refusal.Code);
        Assert.Contains("syntax error", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>A capture of frames sent to the interface and then by it, all of them accounted for.</summary>
    private sealed class FilteredCapture : IDisposable
    {
        internal FilteredCapture(VethLab lab, string filter, byte[][] frames)
        {
            File = new DeviceCapture(lab.CaptureSide, LabCapture.XdpSettings() with { Filter = filter, Snaplen = CaptureSettings.LongestSnaplen });
            Send(lab.SenderSide, "gen0", frames);
            Send(lab.CaptureSide, "cap0", frames);
            Wait.Until(() => File.Session.ReadStatistics().Received == 2 * frames.Length, "every frame to be accounted for");
            File.Session.Stop();
        }

        internal DeviceCapture File { get; }

        public void Dispose() => File.Dispose();
    }
}
