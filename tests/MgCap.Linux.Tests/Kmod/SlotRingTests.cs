namespace MgCap.Linux.Tests.Kmod;

/// <summary>The reader's half of a ring, with a thread in the module's place.</summary>
public sealed class SlotRingTests
{
    private const int SlotSize = 128;

    [Fact]
    public void Packet_IsReadAsItWasWritten()
    {
        using var memory = new ModuleMemory(rings: 2, slots: 4, SlotSize);
        var ring = memory.Ring(1);
        Assert.True(memory.Write(1, time: 1_700_000_000_123_456_789, length: 60, queue: 3));
        Assert.False(ring.HasNext);
        Assert.False(ring.IsEmpty);
        ring.LookAgain();
        Assert.True(ring.HasNext);
        Assert.Equal(1_700_000_000_123_456_789, ring.NextTime);
        var packet = ring.Next;
        Assert.Equal(3, packet.Queue);
        Assert.Equal(1060, packet.WireLength);
        Assert.Equal(Enumerable.Repeat(unchecked((byte)1_700_000_000_123_456_789), 60), packet.Data.ToArray());
        Assert.Equal(0.25, ring.Fill);

        ring.MoveNext();
        Assert.True(ring.IsEmpty);
        Assert.Equal(0.25, ring.Fill);
        ring.Release();
        Assert.Equal(0, ring.Fill);
    }

    [Fact]
    public void PacketWithoutQueue_SaysSo()
    {
        using var memory = new ModuleMemory(rings: 1, slots: 4, SlotSize);
        var ring = memory.Ring(0);
        memory.Write(0, time: 1, length: 60);
        ring.LookAgain();
        Assert.Equal(-1, ring.Next.Queue);
    }

    [Fact]
    public void Release_GivesBackManyAtOnce_AndNothingTwice()
    {
        using var memory = new ModuleMemory(rings: 1, slots: 8, SlotSize);
        var ring = memory.Ring(0);
        for (var i = 0; i < 5; i++)
            memory.Write(0, i, 60);
        ring.LookAgain();
        while (ring.HasNext)
            ring.MoveNext();
        ring.Release();
        ring.Release();
        Assert.Equal((1, 0.0), (memory.Advances, ring.Fill));
    }

    /// <summary>Numbers start close to the end of their 32 bits, and the ring is far smaller than what goes through it.</summary>
    [Fact]
    public void WritingThread_IsReadWhole_AndInOrder_AcrossTheWrap()
    {
        const int packets = 200_000;
        using var memory = new ModuleMemory(rings: 1, slots: 64, SlotSize, start: uint.MaxValue - 1000);
        var ring = memory.Ring(0);
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
            ring.LookAgain();
            if (!ring.HasNext)
                Thread.Yield();
            for (; ring.HasNext; read++)
            {
                Assert.Equal(read, ring.NextTime);
                var data = ring.Next.Data;
                Assert.Equal(32 + read % 64, data.Length);
                Assert.False(data.ContainsAnyExcept((byte)read));
                ring.MoveNext();
            }

            ring.Release();
        }

        writer.Join();
        Assert.True(ring.IsEmpty);
    }
}
