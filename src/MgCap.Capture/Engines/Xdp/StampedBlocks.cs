using System.Runtime.CompilerServices;
using MgCap.Capture.Blocks;
using MgCap.Capture.Engines.Ordering;
using MgCap.Capture.Hwtstamp;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>
/// A processor's ring with the device's time stamps; a block whose queue is not marked has the kernel's. A processor takes packets from
/// one receive queue and then from the next, so that its ring has them in another order than that of their stamps. They stay in it until
/// what was stamped before them must be there, too.
/// </summary>
internal sealed class StampedBlocks(BlockRing ring)
{
    // DEVICE_STAMPED of capture.bpf.c
    private const int DeviceStamped = 1 << 31;

    private PendingPackets _pending = new();

    /// <summary>Takes what the program has written by now.</summary>
    /// <param name="conversion">How the device's time stamps become UTC.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void TakeAll(UtcConversion conversion)
    {
        ring.Refresh();
        for (; ring.HasNext; ring.MoveNext())
        {
            var time = IsStamped(ProgramBlock.QueueOf(ring.Next)) ? conversion.ToUtc(ring.NextTime) : ring.NextTime;
            _pending.MakeRoom(1);
            _pending.Add(new PendingPacket(time, (uint)ring.Position));
        }

        _pending.Settle();
    }

    private bool Encode(PacketEncoder encoder)
    {
        var block = ring.BlockAt(_pending.NextPlace);
        var marked = ProgramBlock.QueueOf(block);
        var queue = marked & ~DeviceStamped;
        var goOn = encoder.CompleteBlock(
            queue, _pending.NextTime, ProgramBlock.CapturedOf(block), ProgramBlock.WireLengthOf(block), block);
        if (!IsStamped(marked))
            encoder.CountSoftwareStamped(queue);
        return goOn;
    }

    private static bool IsStamped(int queue) => (queue & DeviceStamped) != 0;

    /// <summary>The ring as it is merged.</summary>
    internal readonly struct MergedRing(StampedBlocks blocks) : IOrderedRing
    {
        public bool HasNext => !blocks._pending.IsEmpty;

        public long NextTime => blocks._pending.NextTime;

        public bool HasLater(long time) => blocks._pending.LastTime > time;

        public bool Encode(PacketEncoder encoder) => blocks.Encode(encoder);

        public void MoveNext() => blocks._pending.RemoveNext();

        public void Release() => blocks.Release();
    }

    private void Release() => ring.ReleaseUpTo(ring.Position - _pending.FarthestBehind((uint)ring.Position));
}
