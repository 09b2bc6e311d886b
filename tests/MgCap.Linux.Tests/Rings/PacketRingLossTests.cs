using MgCap.Testing;

namespace MgCap.Linux.Tests.Rings;

public class PacketRingLossTests
{
    private const int Sent = 20_000;

    [RootFact]
    public void Accepted_IsTakenAndDropped_WhenNobodyTakesBlocks()
    {
        using var lab = VethLab.Create("loss");
        using var reader = new RingReader(lab.CaptureSide, lab.CaptureIndex, blockSize: 1 << 14, blocks: 4);
        using var sender = lab.OpenSender();
        Assert.Equal(Sent, sender.Flood(Numbered(1000), Sent).Sent);

        var taken = Drain(reader);
        var (accepted, dropped) = reader.Ring.ReadAndResetCounters();
        Assert.Equal((uint)Sent, accepted);
        Assert.InRange(dropped, 1u, Sent - 1u);
        Assert.Equal(accepted, taken.Count + dropped);
        // A ring that is full keeps what it has: the first packets, without a gap.
        Assert.Equal(Enumerable.Range(0, taken.Count).Select(number => (uint)number % 1000), taken.Select(packet => packet.Sequence));
    }

    [RootFact]
    public async Task Accepted_IsTakenAndDropped_WhenTheReaderIsSlow()
    {
        using var lab = VethLab.Create("slow");
        using var reader = new RingReader(lab.CaptureSide, lab.CaptureIndex, blockSize: 1 << 14, blocks: 4);
        using var sender = lab.OpenSender();
        var flood = sender.StartFlood(Numbered(1000), Sent * 10L);
        var taken = 0;
        uint accepted = 0, dropped = 0;
        while (!flood.IsCompleted)
        {
            // Now and then a block, and the counters at any time: each packet is in one of their readings.
            taken += reader.ReadBlock().Count;
            Add(reader.Ring.ReadAndResetCounters());
        }

        Assert.Equal(Sent * 10L, (await flood).Sent);
        taken += Drain(reader).Count;
        Add(reader.Ring.ReadAndResetCounters());
        Assert.Equal(Sent * 10u, accepted);
        Assert.Equal(accepted, taken + dropped);

        void Add((uint Accepted, uint Dropped) counted)
        {
            accepted += counted.Accepted;
            dropped += counted.Dropped;
        }
    }

    [RootFact]
    public void Ring_GoesOn_AfterItWasFull()
    {
        using var lab = VethLab.Create("again");
        using var reader = new RingReader(lab.CaptureSide, lab.CaptureIndex, blockSize: 1 << 14, blocks: 4);
        using var sender = lab.OpenSender();
        sender.Flood(Numbered(1000), 1000);
        Drain(reader);
        var frame = Frames.Udp4(new Flow(), 1000, 77);
        sender.Send(frame);
        Assert.Equal(frame, Assert.Single(reader.Read(1)).Data);
    }

    private static byte[][] Numbered(int count) => [.. Enumerable.Range(0, count).Select(number => Frames.Udp4(new Flow(), 1000, (uint)number))];

    /// <summary>Takes whatever is in the ring, the block that is open included.</summary>
    private static List<Captured> Drain(RingReader reader)
    {
        var packets = new List<Captured>();
        Wait.Until(
            () =>
            {
                packets.AddRange(reader.ReadBlock());
                return reader.Ring.Horizon(long.MaxValue) == long.MaxValue;
            },
            "the ring to be empty");
        return packets;
    }
}
