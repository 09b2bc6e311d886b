using MgCap.Capture.Engines.Kmod;
using MgCap.Capture.Hwtstamp;
using MgCap.Linux.Kmod;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Engines.Kmod;

/// <summary>A ring's packets in order of time, in memory where the test is the module.</summary>
public sealed class OrderedSlotsTests
{
    private const int Slots = 64;

    // The device's clock is 37 ns ahead.
    private static readonly UtcConversion _conversion = new(measuredAt: 0, correction: -37, rateBefore: 0, rate: 0);

    [Fact]
    public void KernelsStamps_KeepThePacketsOrder()
    {
        using var memory = new ModuleMemory(rings: 1, Slots, slotSize: 128);
        var slots = Open(memory);
        Assert.Equal(long.MaxValue, slots.NextTime);
        for (var time = 1; time <= 5; time++)
            memory.Write(0, time, 60, hardwareTime: 100 - time);
        slots.TakeAll(conversion: null);
        Assert.Equal([1, 2, 3, 4, 5], TakeTimes(slots));
        slots.Release();
        Assert.Equal((1, 0.0), (memory.Advances, slots.Ring.Fill));
    }

    [Fact]
    public void DevicesStamps_BringPacketsOfSeveralQueuesInOrder()
    {
        using var memory = new ModuleMemory(rings: 1, Slots, slotSize: 128);
        var slots = Open(memory);
        foreach (var stamp in new[] { 137, 147, 142, 141, 157 })
            memory.Write(0, time: 1000, 60, hardwareTime: stamp);
        // Without a stamp of the device it has the kernel's.
        memory.Write(0, time: 115, 60);
        slots.TakeAll(_conversion);
        Assert.Equal([100, 104, 105, 110, 115, 120], TakeTimes(slots));
    }

    /// <summary>Numbers are close to the end of their 32 bits: the order in which slots are given back is not that of the numbers.</summary>
    [Fact]
    public void Slots_GoBack_WhenNoPacketBeforeThemIsLeft()
    {
        using var memory = new ModuleMemory(rings: 1, Slots, slotSize: 128, first: uint.MaxValue - 1);
        var slots = Open(memory);
        foreach (var stamp in new[] { 110, 150, 120, 130 })
            memory.Write(0, time: 1000, 60, hardwareTime: stamp);
        slots.TakeAll(_conversion);
        slots.RemoveNext();
        slots.RemoveNext();
        slots.RemoveNext();
        slots.Release();
        Assert.Equal(3.0 / Slots, slots.Ring.Fill);
        slots.RemoveNext();
        slots.Release();
        Assert.Equal(0, slots.Ring.Fill);
    }

    [Fact]
    public void Packets_AllocateNothing()
    {
        using var memory = new ModuleMemory(rings: 1, Slots, slotSize: 128);
        var slots = Open(memory);
        long read = 0;
        Assert.Equal(0, Allocation.Least(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                while (memory.Write(0, i, 60, hardwareTime: i + 1))
                {
                }

                slots.TakeAll(_conversion);
                for (; slots.HasPending; slots.RemoveNext())
                    read += slots.Next.Data.Length;
                slots.Release();
            }
        }));
        Assert.True(read > 0);
    }

    private static List<long> TakeTimes(OrderedSlots slots)
    {
        var times = new List<long>();
        for (; slots.HasPending; slots.RemoveNext())
            times.Add(slots.NextTime);
        return times;
    }

    private static OrderedSlots Open(ModuleMemory memory) =>
        new(new SlotRing(new SlotMemory(memory.Address, memory.Length), 0, new Owner(memory)));

    private sealed class Owner(ModuleMemory memory) : ISlotOwner
    {
        public void Advance(uint ring, uint from, uint count) => memory.Advance(ring, from, count);
    }
}
