using MgCap.Linux.Rings;
using MgCap.Testing;

namespace MgCap.Linux.Tests.Rings;

public sealed class PacketRingTests : IDisposable
{
    private readonly VethLab _lab = VethLab.Create("ring");
    private readonly FrameSender _sender;

    public PacketRingTests()
    {
        _sender = _lab.OpenSender();
    }

    [RootFact]
    public void Frames_ArriveUnchanged()
    {
        using var reader = new RingReader(_lab);
        byte[][] frames =
        [
            Frames.Udp4(new Flow(), 60), Frames.Udp4(new Flow(), 61), Frames.Tcp4(new Flow(), 1514), Frames.Udp6(Flow.NumberedIPv6(3), 1000),
            Frames.Udp4(new Flow(), 9014), Frames.Arp(new Flow()),
        ];
        foreach (var frame in frames)
            _sender.Send(frame);

        var packets = reader.Read(frames.Length);
        Assert.Equal(frames, packets.Select(packet => packet.Data));
        Assert.Equal(frames.Select(frame => frame.Length), packets.Select(packet => packet.WireLength));
        Assert.Equal([0x0800, 0x0800, 0x0800, 0x86dd, 0x0800, 0x0806], packets.Select(packet => (int)packet.Protocol));
        Assert.All(packets, packet => Assert.Equal([2, 0, 0, 0, 0, 1], packet.Sender));
    }

    [RootFact]
    public void Times_AreWallClockTimes_BetweenBeforeAndAfter()
    {
        using var reader = new RingReader(_lab);
        var before = RingReader.Now();
        for (var i = 0u; i < 100; i++)
            _sender.Send(Frames.Udp4(new Flow(), 60, i));
        var after = RingReader.Now();

        var times = reader.Read(100).Select(packet => packet.Time).ToList();
        Assert.All(times, time => Assert.InRange(time, before, after));
        Assert.Equal(times.Order(), times);
        // Nanoseconds, not microseconds times a thousand.
        Assert.Contains(times, time => time % 1000 != 0);
    }

    [RootTheory]
    [InlineData("020000000002", PacketType.Host)]
    [InlineData("020000000009", PacketType.OtherHost)]
    [InlineData("ffffffffffff", PacketType.Broadcast)]
    [InlineData("01005e000001", PacketType.Multicast)]
    public void Type_SaysToWhom(string destination, PacketType expected)
    {
        using var reader = new RingReader(_lab, ring => ring.JoinPromiscuous());
        _sender.Send(Frames.Udp4(new Flow { DestinationMac = Convert.FromHexString(destination) }, 60));
        Assert.Equal(expected, Assert.Single(reader.Read(1)).Type);
    }

    [RootFact]
    public void Promiscuous_LastsAsLongAsTheRing()
    {
        using (new RingReader(_lab, ring => ring.JoinPromiscuous()))
            Assert.Contains("promiscuity 1", Details(), StringComparison.Ordinal);
        Assert.Contains("promiscuity 0", Details(), StringComparison.Ordinal);

        string Details() => _lab.CaptureSide.Ip("-d", "link", "show", "dev", _lab.Options.CaptureName);
    }

    [RootFact]
    public void SentFrames_AreOutgoing_UnlessTheyBypass()
    {
        using var reader = new RingReader(_lab.SenderSide, _lab.SenderIndex);
        using var bypassing = _lab.OpenSender(new FrameSenderOptions { Bypass = true });
        bypassing.Send(Frames.Udp4(new Flow(), 60, 1));
        _sender.Send(Frames.Udp4(new Flow(), 60, 2));

        var packet = Assert.Single(reader.Read(1));
        Assert.Equal(PacketType.Outgoing, packet.Type);
        Assert.Equal(2u, packet.Sequence);
    }

    [RootTheory]
    [InlineData(0x8100, 0x6005)]
    [InlineData(0x88a8, 0x0064)]
    [InlineData(0x8100, 0x0000)]
    public void VlanTag_LiesBesideThePacket(ushort tpid, ushort tag)
    {
        using var reader = new RingReader(_lab, ring => ring.JoinPromiscuous());
        var inner = Frames.Udp4(new Flow(), 100);
        _sender.Send(Frames.Vlan(tag, inner, tpid));

        var packet = Assert.Single(reader.Read(1));
        Assert.Equal((uint)tpid << 16 | tag, packet.VlanTag);
        Assert.Equal(inner, packet.Data);
        Assert.Equal(inner.Length, packet.WireLength);
    }

    [RootFact]
    public void QinQ_LosesItsOuterTagOnly()
    {
        using var reader = new RingReader(_lab);
        var tagged = Frames.Vlan(5, Frames.Udp4(new Flow(), 100));
        _sender.Send(Frames.Vlan(100, tagged, Frames.Dot1AD));
        var packet = Assert.Single(reader.Read(1));
        Assert.Equal(0x88a80064, packet.VlanTag);
        Assert.Equal(tagged, packet.Data);
    }

    [RootFact]
    public void Filter_CutsAndChooses()
    {
        // ldh [12]; jeq #0x806, L; ret #50; L: ret #0
        ClassicInstruction[] program = [new(0x28, 0, 0, 12), new(0x15, 1, 0, 0x806), new(0x06, 0, 0, 50), new(0x06, 0, 0, 0)];
        using var reader = new RingReader(_lab, ring => ring.AttachFilter(program));
        var frame = Frames.Udp4(new Flow(), 1514);
        _sender.Send(Frames.Arp(new Flow()));
        _sender.Send(frame);

        var packet = Assert.Single(reader.Read(1));
        Assert.Equal(frame[..50], packet.Data);
        Assert.Equal(1514, packet.WireLength);
        Assert.Equal((1u, 0u), reader.Ring.ReadAndResetCounters());
        Assert.Equal((0u, 0u), reader.Ring.ReadAndResetCounters());
    }

    [RootFact]
    public void Cooked_LeavesTheLinkHeaderOut()
    {
        var options = new PacketRingOptions
        {
            InterfaceIndex = _lab.CaptureIndex,
            BlockSize = 1 << 16,
            BlockCount = 2,
            RetireAfter = TimeSpan.FromMilliseconds(1),
            Cooked = true,
        };
        using var ring = _lab.CaptureSide.Run(() => new PacketRing(options));
        ring.Bind();
        var frame = Frames.Udp4(new Flow(), 60);
        _sender.Send(frame);
        var block = -1;
        Wait.Until(() => (block = ring.TakeBlock()) >= 0, "a block");
        var packet = ring.PacketAt(ring.FirstPacket(block));
        Assert.Equal(frame.AsSpan(14), packet.Data);
        Assert.Equal(46, packet.WireLength);
        Assert.Equal(1, packet.HardwareType);
    }

    [RootFact]
    public void Errors_SayWhatWasTried()
    {
        var nowhere = Assert.Throws<LinuxException>(() => new RingReader(_lab.CaptureSide, 9999));
        Assert.Equal(Errno.ENODEV, nowhere.Errno);
        Assert.Equal("could not bind a packet socket: No such device (ENODEV)", nowhere.Message);
        var crooked = Assert.Throws<LinuxException>(() => new RingReader(_lab.CaptureSide, _lab.CaptureIndex, blockSize: 5000));
        Assert.Equal(Errno.EINVAL, crooked.Errno);
        var filter = Assert.Throws<LinuxException>(() => new RingReader(_lab, ring => ring.AttachFilter([new ClassicInstruction(0xffff, 0, 0, 0)])));
        Assert.Equal(Errno.EINVAL, filter.Errno);
    }

    public void Dispose()
    {
        _sender.Dispose();
        _lab.Dispose();
    }
}
