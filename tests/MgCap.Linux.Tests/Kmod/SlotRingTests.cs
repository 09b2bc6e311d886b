using MgCap.Testing;

namespace MgCap.Linux.Tests.Kmod;

/// <summary>The reader's half of a ring, with a thread in the module's place.</summary>
public sealed class SlotRingTests
{
    private const int SlotSize = 128;

    [Fact]
    public void Packet_IsReadAsItWasWritten()
    {
        const long time = 1_700_000_000_123_456_789;
        using var memory = new ModuleMemory(rings: 2, slots: 4, SlotSize);
        var ring = MemoryOwner.Ring(memory, 1);
        Assert.True(memory.Write(1, time, length: 60, queue: 3, hardwareTime: 42));
        Assert.Equal(0, ring.Waiting);
        Assert.False(ring.IsEmpty);
        ring.Refresh();
        Assert.Equal(1, ring.Waiting);
        var packet = ring.Take();
        Assert.Equal((time, 42, 3, 1060), (packet.Time, packet.HardwareTime, packet.Queue, packet.WireLength));
        Assert.Equal(Enumerable.Repeat(unchecked((byte)time), 60), packet.Data.ToArray());
        Assert.Equal((true, 0.25), (ring.IsEmpty, ring.Fill));
        ring.ReleaseUpTo(ring.NextNumber);
        Assert.Equal(0, ring.Fill);
    }

    [Fact]
    public void PacketWithoutQueueOrStamp_SaysSo()
    {
        using var memory = new ModuleMemory(rings: 1, slots: 4, SlotSize);
        var ring = MemoryOwner.Ring(memory, 0);
        memory.Write(0, time: 1, length: 60);
        ring.Refresh();
        var packet = ring.Take();
        Assert.Equal((-1, 0), (packet.Queue, packet.HardwareTime));
    }

    [Fact]
    public void Release_GivesBackManyAtOnce_AndNothingTwice()
    {
        using var memory = new ModuleMemory(rings: 1, slots: 8, SlotSize);
        var ring = MemoryOwner.Ring(memory, 0);
        for (var i = 0; i < 5; i++)
            memory.Write(0, i, 60);
        ring.Refresh();
        while (ring.Waiting > 0)
            ring.Take();
        ring.ReleaseUpTo(3);
        ring.ReleaseUpTo(3);
        Assert.Equal((1, 0.25), (memory.Advances, ring.Fill));
        Assert.Equal(3, ring.PacketAt(3).Time);
    }

    /// <summary>Numbers start close to the end of their 32 bits, and the ring is far smaller than what goes through it.</summary>
    [Fact]
    public void WritingThread_IsReadWhole_AndInOrder_AcrossTheWrap()
    {
        const int packets = 200_000;
        using var memory = new ModuleMemory(rings: 1, slots: 64, SlotSize, first: uint.MaxValue - 1000);
        var ring = MemoryOwner.Ring(memory, 0);
        var writer = new Thread(() =>
        {
            for (var i = 0; i < packets; i++)
            {
                while (!memory.Write(0, i, 32 + i % 64))
                    Thread.Yield();
            }
        });
        writer.Start();
        for (var read = 0; read < packets;)
        {
            ring.Refresh();
            if (ring.Waiting == 0)
                Thread.Yield();
            for (; ring.Waiting > 0; read++)
            {
                var packet = ring.Take();
                Assert.Equal(read, packet.Time);
                Assert.Equal(32 + read % 64, packet.Data.Length);
                Assert.False(packet.Data.ContainsAnyExcept((byte)read));
            }

            ring.ReleaseUpTo(ring.NextNumber);
        }

        writer.Join();
        Assert.True(ring.IsEmpty);
    }
}
