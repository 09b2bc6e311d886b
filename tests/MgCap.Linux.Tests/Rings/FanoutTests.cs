using MgCap.Testing;

namespace MgCap.Linux.Tests.Rings;

/// <summary>
/// Which member of a fanout group gets what. PACKET_FANOUT_QM takes skb->queue_mapping modulo the members, and what that
/// number is depends on who wrote it last:
/// a driver that records receive queue q writes q + 1, and 0 means that none was recorded;
/// a veth hands the frame over with what the sender's side chose: transmit queue q stands there as q, and arrives on receive queue q;
/// what is sent carries its transmit queue q as q.
/// </summary>
public class FanoutTests
{
    private const int Queues = 4;

    public enum Receive
    {
        Direct,
        Napi,
        ThreadedNapi,
    }

    [RootTheory]
    [InlineData(Receive.Direct)]
    [InlineData(Receive.Napi)]
    [InlineData(Receive.ThreadedNapi)]
    public void Veth_GivesQueueN_ToMemberN(Receive receive)
    {
        using var lab = VethLab.Create("fanout", new VethOptions { Queues = Queues, CaptureName = $"fan{(int)receive}" });
        if (receive == Receive.Napi)
            KernelFlood.EnableNapi(lab);
        if (receive == Receive.ThreadedNapi)
            Assert.Equal(Queues, KernelFlood.EnableThreadedNapi(lab).Count);
        using var group = new FanoutGroup(lab.CaptureSide, lab.CaptureIndex, Queues);
        for (var queue = 0; queue < Queues; queue++)
        {
            using var sender = lab.OpenSender(new FrameSenderOptions { Queue = queue });
            sender.Send(Frames.Udp4(new Flow(), 200, (uint)queue));
            Assert.Equal(queue, group.MemberThatGets((uint)queue));
        }
    }

    [RootFact]
    public void Outgoing_GivesTransmitQueueN_ToMemberN()
    {
        using var lab = VethLab.Create("fanout-tx", new VethOptions { Queues = Queues });
        using var group = new FanoutGroup(lab.SenderSide, lab.SenderIndex, Queues);
        for (var queue = 0; queue < Queues; queue++)
        {
            using var sender = lab.OpenSender(new FrameSenderOptions { Queue = queue });
            sender.Send(Frames.Udp4(new Flow(), 200, (uint)queue));
            Assert.Equal(queue, group.MemberThatGets((uint)queue));
        }
    }

    [RootFact]
    public void Tap_GivesQueueN_ToMemberNPlus1()
    {
        // As the drivers of network cards do, tun records the receive queue, and the recorded number is one more.
        using var network = NetworkNamespace.Create("fanout-tap");
        using var tap = new TapDevice(network, "tap0", Queues);
        using var group = new FanoutGroup(network, network.IndexOf("tap0"), Queues);
        for (var queue = 0; queue < Queues; queue++)
        {
            tap.Receive(queue, Frames.Udp4(new Flow(), 200, (uint)queue));
            Assert.Equal((queue + 1) % Queues, group.MemberThatGets((uint)queue));
        }
    }

    [RootFact]
    public void Loopback_GivesEverything_ToMember0()
    {
        using var network = NetworkNamespace.Create("fanout-lo");
        using var group = new FanoutGroup(network, network.IndexOf("lo"), 2);
        using var sender = new FrameSender(network, "lo", new FrameSenderOptions { Bypass = true });
        // From every core; without bypass lo would show each packet twice, as sent and as received.
        for (var core = 0; core < Environment.ProcessorCount; core++)
        {
            sender.Flood([Frames.Udp4(new Flow(), 200, (uint)core)], count: 1, core: core);
            Assert.Equal(0, group.MemberThatGets((uint)core));
        }
    }

    [RootFact]
    public void BypassingSender_UsesTheQueueOfItsCore()
    {
        using var lab = VethLab.Create("fanout-core", new VethOptions { Queues = 2 });
        using var group = new FanoutGroup(lab.CaptureSide, lab.CaptureIndex, 2);
        using var sender = lab.OpenSender(new FrameSenderOptions { Bypass = true });
        for (var core = 0; core < Environment.ProcessorCount; core++)
        {
            sender.Flood([Frames.Udp4(new Flow(), 200, (uint)core)], count: 1, core: core);
            Assert.Equal(core % 2, group.MemberThatGets((uint)core));
        }
    }
}
