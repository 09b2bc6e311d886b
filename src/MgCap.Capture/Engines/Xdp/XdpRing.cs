using System.Runtime.CompilerServices;
using MgCap.Capture.Blocks;
using MgCap.Capture.Engines.Ordering;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>A processor's ring with the kernel's time stamps: its packets are in order as they are.</summary>
internal readonly struct XdpRing(BlockRing ring) : IOrderedRing
{
    public bool HasNext => ring.HasNext;

    public long NextTime => ring.HasNext ? ring.NextTime : long.MaxValue;

    public bool HasLater(long time) => ring.HasNext && ring.NextTime > time;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Encode(PacketEncoder encoder)
    {
        var block = ring.Next;
        return encoder.WriteBlock(
            ProgramBlock.QueueOf(block), ring.NextTime, ProgramBlock.CapturedOf(block), ProgramBlock.WireLengthOf(block), block);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MoveNext() => ring.MoveNext();

    public void Release() => ring.Release();
}
