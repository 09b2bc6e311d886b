using System.Runtime.CompilerServices;
using MgCap.Capture.Blocks;
using MgCap.Capture.Engines.Ordering;
using MgCap.Capture.Hwtstamp;
using MgCap.Linux.Kmod;

namespace MgCap.Capture.Engines.Kmod;

/// <summary>
/// Step 2 of a packet's way: gives the packets of a ring in order of time. By the kernel's stamps they are in order already; by
/// the device's, packets of one receive queue may have been overtaken by those of another. Nothing is copied; slots go back to
/// the module when no packet before them is left.
/// </summary>
internal sealed class OrderedSlots(SlotRing ring)
{
    private PendingPackets _pending = new();

    internal SlotRing Ring { get; } = ring;

    internal bool HasPending => !_pending.IsEmpty;

    /// <summary>The time of the packet that comes next, in nanoseconds; <see cref="long.MaxValue"/> when there is none.</summary>
    internal long NextTime => _pending.NextTime;

    /// <summary>The packet that comes next.</summary>
    internal SlotPacket Next => Ring.PacketAt(_pending.NextPlace);

    /// <summary>Takes what the module has written by now.</summary>
    /// <param name="conversion">How the device's time stamps become UTC; null where there are none.</param>
    // As RingMerge.Merge is.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void TakeAll(UtcConversion? conversion)
    {
        Ring.Refresh();
        var waiting = Ring.Waiting;
        _pending.MakeRoom(waiting);
        for (var i = 0; i < waiting; i++)
        {
            var number = Ring.NextNumber;
            var packet = Ring.Take();
            var stamp = conversion is null ? 0 : packet.HardwareTime;
            _pending.Add(new PendingPacket(stamp == 0 ? packet.Time : conversion!.ToUtc(stamp), number));
        }

        _pending.Settle();
    }

    /// <summary>Done with the packet that came next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void RemoveNext() => _pending.RemoveNext();

    /// <summary>Gives back what was read.</summary>
    internal void Release() => Ring.ReleaseUpTo(Ring.NextNumber - _pending.FarthestBehind(Ring.NextNumber));

    /// <summary>The ring as it is merged.</summary>
    /// <param name="slots">Its packets.</param>
    /// <param name="source">Knows how they are encoded.</param>
    internal readonly struct MergedRing(OrderedSlots slots, KmodSource source) : IOrderedRing
    {
        public bool HasNext => slots.HasPending;

        public long NextTime => slots.NextTime;

        public bool HasLater(long time) => slots._pending.LastTime > time;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Encode(PacketEncoder encoder) => source.Encode(encoder, slots);

        public void MoveNext() => slots.RemoveNext();

        public void Release() => slots.Release();
    }
}
