using MgCap.Capture.Tests.Filtering;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;
using static MgCap.Capture.Tests.Support.Wire;

namespace MgCap.Capture.Tests.Engines.Xdp;

/// <summary>Capture filters in the programs themselves, before anything is copied. Packet sockets say which packets they are to find.</summary>
public sealed class XdpFilterTests
{
    private static byte[][] Sample { get; } =
    [
        .. Enumerable.Range(0, 40).Select(i => Frames.Udp4(Flow.Numbered(i), 60 + (17 * i), (uint)i)),
        .. Enumerable.Range(0, 10).Select(i => Frames.Udp4(new Flow { DestinationPort = (ushort)(5000 + i) }, 9000, (uint)i)),
        .. SampleFrames.Whole,
        .. SampleFrames.Nested,
        .. SampleFrames.Whole.Concat(SampleFrames.Nested).Select(frame => Frames.Vlan(0x6007, frame)),
    ];

    [RootTheory]
    [InlineData("udp")]
    [InlineData("not udp")]
    [InlineData("udp portrange 5000-5004")]
    [InlineData("greater 500")]
    [InlineData("udp port 5003 or (ip and less 200)")]
    [InlineData("udp[8:4] & 3 = 1 or len > 8999")]
    [InlineData("ether[8990:2] >= 0")]
    [InlineData("ether[10:4] & 0xff = 0")]
    [InlineData("len - ether[14] = 31")]
    [InlineData("ip6 or arp or tcp")]
    [InlineData("vlan")]
    [InlineData("not vlan")]
    [InlineData("vlan 7 and udp")]
    [InlineData("vlan 7 and vlan 5 and tcp")]
    [InlineData("mpls")]
    [InlineData("pppoes and ip")]
    [InlineData("inbound and ip")]
    [InlineData("outbound and ip")]
    public void Filter_FindsWhatPacketSocketsFind(string filter)
    {
        const ushort Tag = 0xA00B;
        using var lab = VethLab.Create("filter");
        TaggedDetour.Lay(lab.CaptureSide, "cap0", Tag);
        TaggedDetour.Lay(lab.SenderSide, "gen0", Tag);
        byte[][] besideTags = [.. SampleFrames.Whole, .. SampleFrames.Nested];
        var settings = LabCapture.XdpSettings() with { Filter = filter, Snaplen = CaptureSettings.MaxSnaplen };
        using var file = new DeviceCapture(lab.CaptureSide, settings);
        using var sockets = new DeviceCapture(lab.CaptureSide, settings with { Engine = EngineNames.Packet });
        using var sentWithoutTcx = new DeviceCapture(lab.CaptureSide, settings with { Direction = CaptureDirection.Out }, LabCapture.XdpEngine(withoutTcx: true));
        Send(lab.SenderSide, "gen0", Sample);
        Send(lab.SenderSide, TaggedDetour.Name, besideTags);
        var received = Sample.Length + besideTags.Length;
        Wait.Until(() => file.Session.ReadStatistics().Received == received, "the received frames to be accounted for");
        Send(lab.CaptureSide, "cap0", Sample);
        Send(lab.CaptureSide, TaggedDetour.Name, besideTags);
        var total = 2 * received;
        Wait.Until(() => file.Session.ReadStatistics().Received == total, "every frame to be accounted for");
        var statistics = file.Session.ReadStatistics();
        Assert.InRange(statistics.Captured, 1, total - 1);
        var captured = file.Stop((int)statistics.Captured);
        Assert.Equal(sockets.Stop((int)statistics.Captured).Frames(), captured.Frames());
        string[] sent = [.. captured.Packets.Where(packet => packet.Interface == "cap0/tx").Select(packet => Convert.ToHexString(packet.Data))];
        Assert.Equal(sent, sentWithoutTcx.Stop(sent.Length).Frames());
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

    [RootFact]
    public void BadFilter_IsRefusedInLibpcapsWords()
    {
        using var lab = VethLab.Create("filterbad");
        var refusal = Assert.Throws<CaptureRefusedException>(
            () => new DeviceCapture(lab.CaptureSide, LabCapture.XdpSettings() with { Filter = "tcp prot 443" }));
        Assert.Equal(RefusalCode.FilterInvalid, refusal.Code);
        Assert.Contains("syntax error", refusal.Message, StringComparison.Ordinal);
    }
}
