using System.Buffers.Binary;
using MgCap.Capture.Engines.Xdp;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Engines.Xdp;

public sealed class XdpQueueTests
{
    [RootTheory]
    [InlineData(2)]
    [InlineData(4)]
    public void Queues_HaveTheirOwnRowsAndInterfaces(int queues)
    {
        using var lab = VethLab.Create("queues", new VethOptions { Queues = queues });
        using var file = new DeviceCapture(lab.CaptureSide, LabCapture.XdpSettings());
        var sent = 0;
        for (var queue = 0; queue < queues; queue++)
        {
            using var sender = lab.OpenSender(new FrameSenderOptions { Queue = queue });
            sent += (int)sender.Flood([Frames.Udp4(Flow.Numbered(queue), 100)], 100 * (queue + 1)).Sent;
        }

        var captured = file.Stop(sent);
        Assert.Equal(sent, captured.Packets.Count);
        Assert.Equal([.. Enumerable.Range(0, queues).Select(queue => $"cap0/rx{queue}"), "cap0/tx"], captured.Interfaces.Select(each => each.Name));
        for (var queue = 0; queue < queues; queue++)
        {
            Assert.Equal(100 * (queue + 1), file.Session.ReadStatistics().Queues.Single(row => row.Queue == queue).Captured);
            // The flow's number is in the source address: each queue has its own.
            Assert.All(captured.Packets.Where(packet => packet.Interface == $"cap0/rx{queue}"), packet => Assert.Equal(queue, packet.Data[29]));
        }
    }

    [RootTheory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task QueuesUnderLoad_MakeOneFileInOrderOfTime(int queues)
    {
        const int Each = 40_000;
        using var lab = VethLab.Create("order", new VethOptions { Queues = queues });
        using var file = new DeviceCapture(lab.CaptureSide, LabCapture.XdpSettings());
        var floods = new List<Task<FloodResult>>();
        var senders = new List<FrameSender>();
        for (var queue = 0; queue < queues; queue++)
        {
            senders.Add(lab.OpenSender(new FrameSenderOptions { Queue = queue }));
            floods.Add(senders[^1].StartFlood([Frames.Udp4(Flow.Numbered(queue), 60)], Each));
        }

        senders.Add(new FrameSender(lab.CaptureSide, "cap0"));
        floods.Add(senders[^1].StartFlood([Frames.Udp4(Flow.Numbered(9), 60)], Each));
        await Task.WhenAll(floods);
        senders.ForEach(sender => sender.Dispose());
        // Lost are none at this rate: the rings have room for all.
        var captured = file.Stop(Each * (queues + 1));
        var statistics = file.Session.ReadStatistics();
        Assert.Equal(0, statistics.Dropped.Ring);
        Assert.All(statistics.Queues, row => Assert.Equal(Each, row.Captured));
        Assert.Equal(queues + 1, captured.Interfaces.Count);
        // The queues' packets do interleave, else their order would say nothing.
        Assert.InRange(captured.Packets.Zip(captured.Packets.Skip(1)).Count(pair => pair.First.Interface != pair.Second.Interface), 20, int.MaxValue);
    }

    /// <summary>A program that knows fewer queues than the device has, as when some were switched on since, counts theirs under the first.</summary>
    [RootTheory]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    [InlineData(3, 0)]
    public void QueueBeyondTheKnown_IsCountedUnderTheFirst(int queue, int counted)
    {
        using var lab = VethLab.Create("beyond", new VethOptions { Queues = 4 });
        using var sender = lab.OpenSender(new FrameSenderOptions { Queue = queue });
        using var program = new XdpProgram(96, receiveQueues: 2, withDirection: true, filter: null, ringBytes: 0, new XdpHooks());
        using var attachment = lab.CaptureSide.Run(
            () => new XdpAttachment(program, CaptureInterfaces.Find("cap0")!, promiscuous: false));
        program.Receiving = true;
        sender.Send(Frames.Udp4(new Flow(), 60));
        Wait.Until(() => program.Rings.Any(ring => !ring.IsEmpty), "the packet to be in a ring");
        var ring = program.Rings.Single(ring => !ring.IsEmpty);
        ring.Refresh();
        Assert.Equal(counted, BinaryPrimitives.ReadInt32LittleEndian(ring.Next[8..]));
    }
}
