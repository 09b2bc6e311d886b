using System.Runtime.CompilerServices;
using MgCap.Capture.Blocks;
using MgCap.Capture.Engines.Ordering;
using MgCap.Capture.Hwtstamp;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines.Packet;

/// <summary>
/// Steps 1 and 2 of a packet's way: takes blocks from a packet socket's ring and gives their packets in order of time.
/// Within a ring the order is nearly right already: processors that fill it at once may overtake each other by a few packets.
/// Nothing is copied; a block goes back to the kernel when its last packet was removed.
/// </summary>
internal sealed class OrderedRing : IDisposable
{
    private readonly int[] _packetsInBlock;
    private PendingPackets _pending = new();

    /// <param name="options">The ring.</param>
    /// <param name="receiveQueue">The place in the ledger of the packets received through it.</param>
    internal OrderedRing(PacketRingOptions options, int receiveQueue)
    {
        Ring = new PacketRing(options);
        ReceiveQueue = receiveQueue;
        _packetsInBlock = new int[options.BlockCount];
    }

    internal PacketRing Ring { get; }

    internal int ReceiveQueue { get; }

    /// <summary>Packets taken from the ring since it was opened.</summary>
    internal long Taken { get; private set; }

    internal bool HasPending => !_pending.IsEmpty;

    /// <summary>The time of the packet that comes next, in nanoseconds; <see cref="long.MaxValue"/> when there is none.</summary>
    internal long NextTime => _pending.NextTime;

    /// <summary>Where in the ring the packet is that comes next.</summary>
    internal uint NextOffset => _pending.NextPlace;

    /// <summary>Takes the next block, if the kernel has given one away.</summary>
    /// <param name="conversion">How the device's time stamps become UTC; null where there are none.</param>
    /// <returns>Whether it had.</returns>
    internal bool TakeBlock(UtcConversion? conversion = null)
    {
        var block = Ring.TakeBlock();
        if (block < 0)
            return false;
        TakePackets(block, conversion);
        _pending.Settle();
        return true;
    }

    /// <summary>Done with the packet that came next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void RemoveNext()
    {
        var block = Ring.BlockOf(_pending.NextPlace);
        if (--_packetsInBlock[block] == 0)
            Ring.Release(block);
        _pending.RemoveNext();
    }

    public void Dispose() => Ring.Dispose();

    // As RingMerge.Merge is.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakePackets(int block, UtcConversion? conversion)
    {
        var count = Ring.PacketCount(block);
        if (count == 0)
        {
            Ring.Release(block);
            return;
        }

        _pending.MakeRoom(count);
        _packetsInBlock[block] = count;
        Taken += count;
        var offset = Ring.FirstPacket(block);
        for (var i = 0; i < count; i++)
        {
            var time = Ring.TimeOf(offset);
            if (conversion is not null && Ring.IsHardwareStamped(offset))
                time = conversion.ToUtc(time);
            _pending.Add(new PendingPacket(time, offset));
            offset = Ring.NextPacket(offset);
        }
    }

    /// <summary>The ring as it is merged; its blocks go back one by one, when their packets were gone past.</summary>
    /// <param name="ring">Its packets.</param>
    /// <param name="source">Knows how they are encoded.</param>
    internal readonly struct MergedRing(OrderedRing ring, PacketSource source) : IOrderedRing
    {
        public bool HasNext => ring.HasPending;

        public long NextTime => ring.NextTime;

        public bool HasLater(long time) => ring._pending.LastTime > time;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Encode(PacketEncoder encoder) => source.Encode(encoder, ring);

        public void MoveNext() => ring.RemoveNext();

        public void Release()
        {
        }
    }
}
