using MgCap.Capture.Pcapng;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;
using static MgCap.Capture.Tests.Support.Wire;

namespace MgCap.Capture.Tests.Engines;

/// <summary>Every kind of interface that the kernel makes here: link type, bytes, direction, as tshark sees them.</summary>
public sealed class DeviceTests
{
    private static readonly Flow _flow = new() { DestinationPort = 61234 };

    [RootFact]
    public void Veth_GivesReceivedAndSentFrames()
    {
        using var lab = VethLab.Create("veth");
        byte[][] received = [Frames.Udp4(_flow, 60), Frames.Tcp4(_flow, 1500), Frames.Arp(_flow), Frames.Udp6(Flow.NumberedIPv6(1), 9000)];
        byte[][] sent = [Frames.Udp4(_flow, 61), Frames.Udp4(_flow, 200)];
        using var file = new DeviceCapture(lab.CaptureSide, LabCapture.Settings());
        Send(lab.SenderSide, "gen0", received);
        Send(lab.CaptureSide, "cap0", sent);
        var captured = file.Stop(received.Length + sent.Length);
        Assert.Equal(Cut([.. received, .. sent], 96), captured.Frames());
        Assert.Equal([60, 1500, 60, 9000, 61, 200], captured.Packets.Select(packet => packet.OriginalLength));
        Assert.Equal(
            [.. received.Select(_ => ("cap0/rx0", PacketDirection.Inbound)), .. sent.Select(_ => ("cap0/tx", PacketDirection.Outbound))],
            captured.Packets.Select(packet => (packet.Interface, packet.Direction)));
        Assert.Equal("eth:ethertype:ip:udp:data", file.Tshark("frame.protocols")[0]);
        Assert.All(captured.Interfaces, each => Assert.Equal((1, "veth"), (each.LinkType, each.Hardware)));
    }

    [RootTheory]
    [InlineData(CaptureDirection.In, "cap0/rx0")]
    [InlineData(CaptureDirection.Out, "cap0/tx")]
    public void Direction_GivesOnlyItsFrames(CaptureDirection direction, string expected)
    {
        using var lab = VethLab.Create("direction");
        using var file = new DeviceCapture(lab.CaptureSide, LabCapture.Settings() with { Direction = direction });
        Send(lab.SenderSide, "gen0", [Frames.Udp4(_flow, 60)]);
        Send(lab.CaptureSide, "cap0", [Frames.Udp4(_flow, 60)]);
        var packet = Assert.Single(file.Stop(1).Packets);
        Assert.Equal((expected, PacketDirection.Unknown), (packet.Interface, packet.Direction));
    }

    [RootTheory]
    [InlineData(EngineNames.Packet)]
    [InlineData(EngineNames.Xdp)]
    public void Loopback_GivesEveryPacketOnce(string engine)
    {
        using var inside = NetworkNamespace.Create("lo");
        using var file = new DeviceCapture(inside, LabCapture.SettingsFor(engine, "lo"));
        inside.Exec("ping", "-q", "-c", "3", "-i", "0.01", "127.0.0.1");
        var captured = file.Stop(6);
        Assert.Equal(["8", "0", "8", "0", "8", "0"], file.Tshark("icmp.type"));
        Assert.All(captured.Packets, packet => Assert.Equal("lo/rx0", packet.Interface));
        Assert.Equal(1, captured.Interfaces[0].LinkType);
    }

    [RootFact]
    public void Bridge_GivesWhatReachesTheHost()
    {
        using var lab = VethLab.Create("bridge");
        lab.CaptureSide.Ip("link", "add", "br0", "type", "bridge", "mcast_snooping", "0");
        lab.CaptureSide.Ip("link", "set", "dev", "cap0", "master", "br0");
        lab.CaptureSide.Ip("link", "set", "dev", "br0", "arp", "off", "up");
        using var file = new DeviceCapture(lab.CaptureSide, LabCapture.Settings("br0") with { Filter = "udp or arp" });
        byte[][] frames = [Frames.Arp(_flow), Frames.Udp4(_flow with { DestinationMac = new byte[] { 255, 255, 255, 255, 255, 255 } }, 300)];
        Wait.Until(
            () => lab.CaptureSide.Exec("bridge", "link").Contains("forwarding", StringComparison.Ordinal), "the bridge's port to forward");
        Send(lab.SenderSide, "gen0", frames);
        var captured = file.Stop(2);
        Assert.Equal(Cut(frames, 96), captured.Frames());
        Assert.All(captured.Packets, packet => Assert.Equal(("br0/rx0", PacketDirection.Inbound), (packet.Interface, packet.Direction)));
    }

    [RootFact]
    public void Tun_GivesBareIpPackets()
    {
        using var inside = NetworkNamespace.Create("tun");
        using var tun = new TapDevice(inside, "tun0", ip: true);
        using var file = new DeviceCapture(inside, LabCapture.Settings("tun0") with { Filter = "udp port 61234" });
        byte[] four = Frames.Udp4(_flow, 100)[14..], six = Frames.Udp6(Flow.NumberedIPv6(1) with { DestinationPort = 61234 }, 100)[14..];
        tun.Receive(0, four);
        tun.Receive(0, six);
        tun.Receive(0, Frames.Tcp4(_flow, 100).AsSpan(14));
        var captured = file.Stop(2);
        Assert.Equal(Cut([four, six], 96), captured.Frames());
        Assert.Equal(101, captured.Interfaces[0].LinkType);
        Assert.Equal(["raw:ip:udp:data", "raw:ipv6:udp:data"], file.Tshark("frame.protocols"));
    }

    /// <summary>A device whose header has no link type of its own: the kernel's metadata become a header.</summary>
    [RootFact]
    public void OtherHardware_GivesCookedPackets()
    {
        const int Ppp = 512;
        using var inside = NetworkNamespace.Create("cooked");
        using var tun = new TapDevice(inside, "ppp9", ip: true, hardwareType: Ppp);
        using var file = new DeviceCapture(inside, LabCapture.Settings("ppp9") with { Filter = "udp port 61234", Snaplen = 60 });
        var packet = Frames.Udp4(_flow, 100)[14..];
        tun.Receive(0, packet);
        tun.Receive(0, Frames.Tcp4(_flow, 100).AsSpan(14));
        var captured = Assert.Single(file.Stop(1).Packets);
        Assert.Equal("0000" + "0200" + "0000" + "0000000000000000" + "0800" + Convert.ToHexString(packet[..44]), Convert.ToHexString(captured.Data));
        Assert.Equal(16 + packet.Length, captured.OriginalLength);
        Assert.Equal(
            ["sll:ethertype:ip:udp:data\t0\t512\t0\t0x0800\t102"],
            file.Tshark("frame.protocols", "sll.pkttype", "sll.hatype", "sll.halen", "sll.etype", "frame.len"));
    }

    [DeviceFact("macvlan")]
    public void Macvlan_GivesSentFrames() => AssertGivesSentFrames("link cap0 name dev0 type macvlan mode bridge");

    [DeviceFact("ifb")]
    public void Ifb_GivesSentFrames() => AssertGivesSentFrames("name dev0 type ifb");

    [DeviceFact("vlan", "link", "lo", "id", "9")]
    public void Vlan_GivesSentFrames() => AssertGivesSentFrames("link cap0 name dev0 type vlan id 9");

    [DeviceFact("vxlan", "id", "5", "dstport", "4789")]
    public void Vxlan_GivesSentFrames() => AssertGivesSentFrames("name dev0 type vxlan id 5 dstport 4789 remote 10.77.0.1 dev cap0");

    private static void AssertGivesSentFrames(string arguments)
    {
        using var lab = VethLab.Create("virtual");
        lab.CaptureSide.Ip(["link", "add", .. arguments.Split(' ')]);
        SwitchOn(lab.CaptureSide, "dev0");
        using var file = new DeviceCapture(lab.CaptureSide, LabCapture.Settings("dev0") with { Filter = "udp port 61234" });
        byte[][] frames = [Frames.Udp4(_flow, 60), Frames.Udp4(_flow, 700)];
        Send(lab.CaptureSide, "dev0", frames);
        var captured = file.Stop(2);
        Assert.Equal(Cut(frames, 96), captured.Frames());
        Assert.All(captured.Packets, packet => Assert.Equal(("dev0/tx", PacketDirection.Outbound), (packet.Interface, packet.Direction)));
        Assert.All(captured.Interfaces, each => Assert.Equal(1, each.LinkType));
    }

    [DeviceFact("vlan", "link", "lo", "id", "9")]
    public void VlanInterface_GivesFramesWithoutTheirTag()
    {
        using var lab = VethLab.Create("subif");
        lab.CaptureSide.Ip("link", "add", "link", "cap0", "name", "cap0.9", "type", "vlan", "id", "9");
        SwitchOn(lab.CaptureSide, "cap0.9");
        using var tagged = new DeviceCapture(lab.CaptureSide, LabCapture.Settings());
        using var plain = new DeviceCapture(lab.CaptureSide, LabCapture.Settings("cap0.9"));
        var inner = Frames.Udp4(_flow, 200);
        Send(lab.SenderSide, "gen0", [Frames.Vlan(9, inner)]);
        Send(lab.CaptureSide, "cap0.9", [inner]);
        Assert.Equal(Cut([inner, inner], 96), plain.Stop(2).Frames());
        // Both ways the tag is beside the packet: stripped on receipt, and not yet in it when sent.
        var outside = tagged.Stop(2);
        Assert.Equal(Cut([Frames.Vlan(9, inner), Frames.Vlan(9, inner)], 96), outside.Frames());
        Assert.Equal([PacketDirection.Inbound, PacketDirection.Outbound], outside.Packets.Select(packet => packet.Direction));
    }

    /// <summary>Received, where packet sockets find them beside the packet, and sent.</summary>
    [RootTheory]
    [InlineData(EngineNames.Packet, 14)]
    [InlineData(EngineNames.Packet, 15)]
    [InlineData(EngineNames.Packet, 16)]
    [InlineData(EngineNames.Packet, 17)]
    [InlineData(EngineNames.Packet, 96)]
    [InlineData(EngineNames.Packet, 262144)]
    [InlineData(EngineNames.Xdp, 14)]
    [InlineData(EngineNames.Xdp, 17)]
    [InlineData(EngineNames.Xdp, 96)]
    [InlineData(EngineNames.Xdp, 262144)]
    public void VlanTags_AreInTheirPlaceWithinTheSnapLength(string engine, int snaplen)
    {
        using var lab = VethLab.Create("tags");
        byte[][] frames =
        [
            Frames.Vlan(0xE005, Frames.Udp4(_flow, 60)), Frames.Vlan(0, Frames.Udp4(_flow, 300)),
            Frames.QinQ(7, 5, Frames.Udp4(_flow, 92)), Frames.Vlan(4095, Frames.Udp4(_flow, 92)), Frames.Udp4(_flow, 96),
        ];
        using var file = new DeviceCapture(lab.CaptureSide, LabCapture.SettingsFor(engine) with { Snaplen = snaplen });
        Send(lab.SenderSide, "gen0", frames);
        file.WaitFor(frames.Length);
        Send(lab.CaptureSide, "cap0", frames);
        var captured = file.Stop(2 * frames.Length);
        Assert.Equal([.. Cut(frames, snaplen), .. Cut(frames, snaplen)], captured.Frames());
        Assert.Equal([.. frames.Concat(frames).Select(frame => (long)frame.Length)], captured.Packets.Select(packet => packet.OriginalLength));
        string[] tags = ["0x8100\t5\t7", "0x8100\t0\t0", "0x88a8\t5\t0", "0x8100\t4095\t0", "0x0800\t\t"];
        if (snaplen >= 96)
            Assert.Equal([.. tags, .. tags], file.Tshark("eth.type", "vlan.id", "vlan.priority"));
    }

    [RootTheory]
    [InlineData(EngineNames.Packet)]
    [InlineData(EngineNames.Xdp)]
    public void PromiscuousMode_EndsWithTheCapture(string engine)
    {
        using var lab = VethLab.Create("promisc");
        foreach (var promiscuous in (bool[])[true, false])
        {
            using (new DeviceCapture(lab.CaptureSide, LabCapture.SettingsFor(engine) with { Promiscuous = promiscuous }))
                Assert.Contains($"promiscuity {(promiscuous ? 1 : 0)} ", lab.CaptureSide.Ip("-d", "link", "show", "cap0"), StringComparison.Ordinal);
            Assert.Contains("promiscuity 0 ", lab.CaptureSide.Ip("-d", "link", "show", "cap0"), StringComparison.Ordinal);
        }
    }

    private static void SwitchOn(NetworkNamespace side, string name)
    {
        side.Ip("link", "set", "dev", name, "arp", "off", "up");
        // Before that its queueing discipline throws packets away.
        Wait.Until(() => !side.Ip("-j", "link", "show", "dev", name).Contains("DOWN", StringComparison.Ordinal), $"{name} to become operational");
    }
}
