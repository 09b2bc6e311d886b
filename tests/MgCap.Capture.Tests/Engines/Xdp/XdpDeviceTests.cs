using MgCap.Capture.Engines.Xdp;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;
using static MgCap.Capture.Tests.Support.Wire;

namespace MgCap.Capture.Tests.Engines.Xdp;

/// <summary>Directions, tags, and devices whose drivers know XDP or do not.</summary>
public sealed class XdpDeviceTests
{
    private static readonly Flow _flow = new() { DestinationPort = 61234 };

    [RootTheory]
    [InlineData(CaptureDirection.In, "cap0/rx0", false, "native")]
    [InlineData(CaptureDirection.In, "cap0/rx0", true, "native")]
    [InlineData(CaptureDirection.Out, "cap0/tx", false, null)]
    [InlineData(CaptureDirection.Out, "cap0/tx", true, "sent packets at a packet socket")]
    public void Direction_GivesOnlyItsFrames(CaptureDirection direction, string expected, bool withoutTcx, string? detail)
    {
        using var lab = VethLab.Create("direction");
        using var file = new DeviceCapture(lab.CaptureSide, LabCapture.XdpSettings() with { Direction = direction }, LabCapture.XdpEngine(withoutTcx));
        Assert.Equal(detail ?? LabCapture.SentDetail, file.Session.EngineDetail);
        Send(lab.SenderSide, "gen0", Frames.Udp4(_flow, 60));
        Send(lab.CaptureSide, "cap0", Frames.Udp4(_flow, 61));
        Wait.Until(() => lab.ReadArrivals().Packets == 1, "the frame to arrive");
        var packet = Assert.Single(file.Stop(1).Packets);
        Assert.Equal((expected, PacketDirection.Unknown), (packet.Interface, packet.Direction));
        Assert.Equal(1, file.Session.ReadStatistics().Received);
    }

    /// <summary>A tag that the kernel keeps beside a packet that is sent, and beside one from which the device took it.</summary>
    [RootTheory]
    [InlineData(14, false)]
    [InlineData(15, false)]
    [InlineData(16, false)]
    [InlineData(17, false)]
    [InlineData(96, false)]
    [InlineData(262144, false)]
    [InlineData(16, true)]
    [InlineData(96, true)]
    public void TagsBesideFrames_ArePutBack(int snaplen, bool withoutTcx)
    {
        const ushort Tag = 0xA00B;
        using var lab = VethLab.Create("beside");
        TaggedDetour.Lay(lab.CaptureSide, "cap0", Tag);
        TaggedDetour.Lay(lab.SenderSide, "gen0", Tag);
        using var file = new DeviceCapture(lab.CaptureSide, LabCapture.XdpSettings() with { Snaplen = snaplen }, LabCapture.XdpEngine(withoutTcx));
        byte[][] frames = [Frames.Udp4(_flow, 60), Frames.Udp4(_flow, 92), Frames.Udp4(_flow, 1500), Frames.Udp4(_flow, 9000)];
        Send(lab.CaptureSide, TaggedDetour.Name, frames);
        file.WaitFor(frames.Length);
        Send(lab.SenderSide, TaggedDetour.Name, frames);
        var captured = file.Stop(2 * frames.Length);
        byte[][] tagged = [.. frames.Concat(frames).Select(frame => Frames.Vlan(Tag, frame))];
        Assert.Equal(Cut(tagged, snaplen), captured.Frames());
        Assert.Equal(tagged.Select(frame => (long)frame.Length), captured.Packets.Select(packet => packet.OriginalLength));
        if (snaplen >= 96)
            Assert.All(file.Tshark("eth.type", "vlan.id", "vlan.priority"), row => Assert.Equal("0x8100\t11\t5", row));
    }

    [RootFact]
    public void Bridge_IsSeenAtTcx()
    {
        using var lab = VethLab.Create("bridge");
        lab.CaptureSide.Ip("link", "add", "br0", "type", "bridge", "mcast_snooping", "0");
        lab.CaptureSide.Ip("link", "set", "dev", "cap0", "master", "br0");
        lab.CaptureSide.Ip("link", "set", "dev", "br0", "arp", "off", "up");
        using var file = new DeviceCapture(lab.CaptureSide, LabCapture.XdpSettings("br0"));
        Assert.Equal($"tcx, {LabCapture.SentDetail}", file.Session.EngineDetail);
        byte[][] frames = [Frames.Arp(_flow), Frames.Udp4(_flow with { DestinationMac = new byte[] { 255, 255, 255, 255, 255, 255 } }, 300)];
        Wait.Until(
            () => lab.CaptureSide.Exec("bridge", "link").Contains("forwarding", StringComparison.Ordinal), "the bridge's port to forward");
        Send(lab.SenderSide, "gen0", frames);
        Assert.Equal(Cut(frames, 96), file.Stop(2).Frames());
    }

    [RootTheory]
    [InlineData(1, nameof(ReceiveHook.Native))]
    [InlineData(3, nameof(ReceiveHook.Native))]
    [InlineData(1, nameof(ReceiveHook.Tcx))]
    [InlineData(3, nameof(ReceiveHook.Tcx))]
    [InlineData(3, nameof(ReceiveHook.Generic))]
    public void Tap_GivesItsQueuesFrames(int queues, string place)
    {
        using var inside = NetworkNamespace.Create("tap");
        using var tap = new TapDevice(inside, "tap0", queues);
        using var file = new DeviceCapture(inside, LabCapture.XdpSettings("tap0"), LabCapture.XdpEngine(Enum.Parse<ReceiveHook>(place)));
        byte[][] frames = [.. Enumerable.Range(0, 3 * queues).Select(i => Frames.Udp4(_flow, 60 + (400 * i), (uint)i))];
        for (var i = 0; i < frames.Length; i++)
            tap.Receive(i % queues, frames[i]);
        var captured = file.Stop(frames.Length);
        Assert.Equal(Cut(frames, 96), captured.Frames());
        Assert.Equal(frames.Select((_, i) => $"tap0/rx{i % queues}"), captured.Packets.Select(packet => packet.Interface));
    }

    [RootFact]
    public void Tun_IsLeftToTheEngineThatCan()
    {
        using var inside = NetworkNamespace.Create("tun");
        using var tun = new TapDevice(inside, "tun0", ip: true);
        using var sink = new MemorySink();
        var refused = Assert.Throws<CaptureRefusedException>(() => LabCapture.Start(inside, LabCapture.XdpSettings("tun0"), sink));
        Assert.Equal(RefusalCode.EngineUnavailable, refused.Code);
        Assert.Contains("xdp: it captures on Ethernet interfaces and loopback", refused.Message, StringComparison.Ordinal);
        var session = LabCapture.Start(inside, LabCapture.XdpSettings("tun0") with { Engine = EngineNames.Auto }, sink);
        Assert.Equal(EngineNames.Packet, session.Engine.Name);
        session.Stop();
    }
}
