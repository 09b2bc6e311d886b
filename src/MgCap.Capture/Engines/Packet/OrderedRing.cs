using System.Runtime.CompilerServices;
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
    // How far back a packet is moved to its place. More can only mean that the clock was set, which no order can mend.
    private const int LongestMove = 4096;

    private readonly int[] _packetsInBlock;
    private PendingPacket[] _pending = new PendingPacket[1024];
    private int _first;
    private int _end;

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

    internal bool HasPending => _first != _end;

    /// <summary>The time of the packet that comes next, in nanoseconds; <see cref="long.MaxValue"/> when there is none.</summary>
    internal long NextTime => HasPending ? _pending[_first].Time : long.MaxValue;

    /// <summary>Where in the ring the packet is that comes next.</summary>
    internal uint NextOffset => _pending[_first].Offset;

    /// <summary>Takes the next block, if the kernel has given one away.</summary>
    /// <param name="conversion">How the device's time stamps become UTC; null where there are none.</param>
    /// <returns>Whether it had.</returns>
    internal bool TakeBlock(UtcConversion? conversion = null)
    {
        var block = Ring.TakeBlock();
        if (block >= 0)
            TakePackets(block, conversion);
        return block >= 0;
    }

    /// <summary>Done with the packet that came next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void RemoveNext()
    {
        var block = Ring.BlockOf(_pending[_first].Offset);
        if (--_packetsInBlock[block] == 0)
            Ring.Release(block);
        _first++;
        if (_first == _end)
            _first = _end = 0;
    }

    public void Dispose() => Ring.Dispose();

    // As PacketSource.Merge is.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakePackets(int block, UtcConversion? conversion)
    {
        var count = Ring.PacketCount(block);
        if (count == 0)
        {
            Ring.Release(block);
            return;
        }

        MakeRoom(count);
        _packetsInBlock[block] = count;
        Taken += count;
        var offset = Ring.FirstPacket(block);
        for (var i = 0; i < count; i++)
        {
            var time = Ring.TimeOf(offset);
            if (conversion is not null && Ring.IsHardwareStamped(offset))
                time = conversion.ToUtc(time);
            Append(new PendingPacket(time, offset));
            offset = Ring.NextPacket(offset);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Append(PendingPacket packet)
    {
        var at = _end++;
        var stop = Math.Max(_first, at - LongestMove);
        while (at > stop && _pending[at - 1].Time > packet.Time)
        {
            _pending[at] = _pending[at - 1];
            at--;
        }

        _pending[at] = packet;
    }

    private void MakeRoom(int count)
    {
        if (_end + count <= _pending.Length)
            return;
        var pending = _pending.AsSpan(_first, _end - _first);
        var target = pending.Length + count <= _pending.Length / 2 ? _pending : new PendingPacket[2 * (pending.Length + count)];
        pending.CopyTo(target);
        _pending = target;
        _end = pending.Length;
        _first = 0;
    }

    private readonly record struct PendingPacket(long Time, uint Offset);
}
