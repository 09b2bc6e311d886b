using MgCap.Testing;

namespace MgCap.Linux.Tests.Kmod;

/// <summary>What the module says of its memory is looked at before anything is read by it.</summary>
public sealed class SlotMemoryTests
{
    [Fact]
    public void Memory_SaysItsMeasures()
    {
        using var memory = new ModuleMemory(rings: 3, slots: 64, slotSize: 256);
        var seen = MemoryOwner.Look(memory);
        Assert.Equal((3, 64u, 256u, 1), (seen.Rings, seen.Slots, seen.SlotSize, seen.Queues));
    }

    [Fact]
    public void OtherVersion_IsRefused() => AssertRefused("is of version 2, and 1 is known here", (ref ModuleMemory.ControlPage control) => control.Version = 2);

    [Fact]
    public void SlotsThatAreNoPowerOfTwo_AreRefused() => AssertRefused("has 63 slots of 128 bytes", (ref ModuleMemory.ControlPage control) => control.Slots = 63);

    [Fact]
    public void SlotsTooSmall_AreRefused() => AssertRefused("has 64 slots of 16 bytes", (ref ModuleMemory.ControlPage control) => control.SlotSize = 16);

    [Fact]
    public void NoRing_IsRefused() => AssertRefused("has 0 rings in", (ref ModuleMemory.ControlPage control) => control.Rings = 0);

    [Fact]
    public void RingsBeyondTheEnd_AreRefused() => AssertRefused("has 3 rings in", (ref ModuleMemory.ControlPage control) => control.Rings = 3);

    [Fact]
    public void SlotsBeyondTheEnd_AreRefused() => AssertRefused("has 2 rings in", (ref ModuleMemory.ControlPage control) => control.SlotsOffset = ulong.MaxValue);

    [Fact]
    public void HeadsBeyondTheEnd_AreRefused() => AssertRefused("has 2 rings in", (ref ModuleMemory.ControlPage control) => control.RingsOffset = uint.MaxValue);

    [Fact]
    public void ShortMapping_IsRefused()
    {
        using var memory = new ModuleMemory(rings: 2, slots: 64, slotSize: 128);
        Assert.Contains("is too short", Assert.Throws<InvalidDataException>(() => MemoryOwner.Look(memory, 20)).Message, StringComparison.Ordinal);
        Assert.Contains("has 2 rings in", Assert.Throws<InvalidDataException>(() => MemoryOwner.Look(memory, memory.Length - 1)).Message, StringComparison.Ordinal);
    }

    private delegate void Change(ref ModuleMemory.ControlPage control);

    private static void AssertRefused(string expected, Change change)
    {
        using var memory = new ModuleMemory(rings: 2, slots: 64, slotSize: 128);
        change(ref memory.Control);
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => MemoryOwner.Look(memory)).Message, StringComparison.Ordinal);
    }
}
