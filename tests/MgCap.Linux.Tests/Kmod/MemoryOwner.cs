using MgCap.Linux.Kmod;
using MgCap.Testing;

namespace MgCap.Linux.Tests.Kmod;

/// <summary>Gives slots back to the memory in which a test is the module.</summary>
internal sealed class MemoryOwner(ModuleMemory memory) : ISlotOwner
{
    public void Advance(uint ring, uint from, uint count) => memory.Advance(ring, from, count);

    internal static SlotMemory Look(ModuleMemory memory, long? length = null) => new(memory.Address, length ?? memory.Length);

    internal static SlotRing Ring(ModuleMemory memory, int number) => new(Look(memory), number, new MemoryOwner(memory));
}
