using MgCap.Capture.Pcapng;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Pipeline;

public sealed class QueueTests
{
    private const int Queues = 4;

    [RootFact]
    public void Queues_HaveTheirOwnRowsAndInterfaces()
    {
        using var lab = VethLab.Create("queues", new VethOptions { Queues = Queues });
        using var sink = new MemorySink();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.Settings() with { Filter = "not port 53" }, sink);
        for (var queue = 0; queue < Queues; queue++)
        {
            using var sender = lab.OpenSender(new FrameSenderOptions { Queue = queue });
            sender.Flood([Frames.Udp4(Flow.Numbered(queue), 100)], 100 * (queue + 1));
            sender.Flood([Frames.Udp4(Flow.Numbered(queue) with { DestinationPort = 53 }, 100)], 10 * (queue + 1));
        }

        Wait.Until(() => session.ReadStatistics().Received == 1100, "all packets to be counted");
        session.Stop();
        var statistics = session.ReadStatistics();
        statistics.AssertAddsUp();
        var file = CapturedFile.Read(sink);
        file.AssertIs(statistics, "cap0");
        file.AssertInTimeOrder();
        Assert.Equal(["cap0/rx0", "cap0/rx1", "cap0/rx2", "cap0/rx3", "cap0/tx"], file.Interfaces.Select(each => each.Name));
        for (var queue = 0; queue < Queues; queue++)
        {
            var row = statistics.Queues.Single(row => row.Queue == queue);
            Assert.Equal((100 * (queue + 1), 10 * (queue + 1)), (row.Captured, row.Filtered));
            // The flow's number is in the source address: each queue has its own.
            Assert.All(
                file.Packets.Where(packet => packet.Interface == $"cap0/rx{queue}"),
                packet => Assert.Equal(queue, packet.Data[29]));
        }
    }

    [RootFact]
    public async Task QueuesUnderLoad_MakeOneFileInOrderOfTime()
    {
        using var lab = VethLab.Create("order", new VethOptions { Queues = Queues });
        using var sink = new MemorySink();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.Settings(), sink);
        var floods = new List<Task<FloodResult>>();
        var senders = new List<FrameSender>();
        for (var queue = 0; queue < Queues; queue++)
        {
            senders.Add(lab.OpenSender(new FrameSenderOptions { Queue = queue }));
            floods.Add(senders[^1].StartFlood([Frames.Udp4(Flow.Numbered(queue), 60)], 40_000));
        }

        senders.Add(new FrameSender(lab.CaptureSide, "cap0"));
        floods.Add(senders[^1].StartFlood([Frames.Udp4(Flow.Numbered(9), 60)], 40_000));
        var sent = (await Task.WhenAll(floods)).Sum(flood => flood.Sent);
        Wait.Until(() => session.ReadStatistics().Received == sent, "all packets to be counted");
        session.Stop();
        senders.ForEach(sender => sender.Dispose());

        var statistics = session.ReadStatistics();
        statistics.AssertAddsUp();
        var file = CapturedFile.Read(sink);
        file.AssertIs(statistics, "cap0");
        file.AssertInTimeOrder();
        Assert.Equal(40_000, file.Packets.Count(packet => packet.Direction == PacketDirection.Outbound) + Lost(statistics));
        Assert.Equal(Queues + 1, file.Interfaces.Count);
        // The queues' packets do interleave, else their order would say nothing.
        Assert.InRange(file.Packets.Zip(file.Packets.Skip(1)).Count(pair => pair.First.Interface != pair.Second.Interface), 20, int.MaxValue);
    }

    private static long Lost(Capture.Statistics.CaptureStatistics statistics) => 5 * 40_000 - statistics.Captured;
}
