using System.Runtime.CompilerServices;
using MgCap.Capture.Pcapng;

namespace MgCap.Capture.Blocks;

/// <summary>
/// Step 4 of a packet's way: from the ring into a run of PCAP-NG blocks. Used by the thread that reads the rings;
/// allocates nothing for a packet.
/// </summary>
internal sealed class PacketEncoder
{
    private readonly PacketBlockQueue _blocks;
    private readonly bool _withDirection;
    private readonly int _maxLength;
    private PacketBlock _block;
    private long _flushedAt = Environment.TickCount64;
    private long _packetsLeft;
    private long _bytesLeft;

    /// <param name="settings">What is captured. Packets say their direction where both are.</param>
    /// <param name="blocks">Where blocks go.</param>
    internal PacketEncoder(CaptureSettings settings, PacketBlockQueue blocks)
    {
        _blocks = blocks;
        _block = blocks.TakeEmpty();
        _withDirection = settings.EffectiveDirection == CaptureDirection.Both;
        _maxLength = PcapngEncoder.EnhancedPacketLength(settings.Snaplen, _withDirection);
        var stop = settings.Stop;
        _packetsLeft = stop.Packets == 0 ? long.MaxValue : stop.Packets;
        _bytesLeft = stop.Bytes == 0 ? long.MaxValue : stop.Bytes;
    }

    /// <summary>The stop condition that was reached; null while none was.</summary>
    internal StopReason? LimitReached => _packetsLeft <= 0 ? StopReason.Packets : _bytesLeft <= 0 ? StopReason.Bytes : null;

    /// <summary>Writes a packet.</summary>
    /// <param name="queue">The queue's row in the ledger.</param>
    /// <param name="time">Nanoseconds since 1970-01-01 UTC.</param>
    /// <param name="wireLength">Bytes on the wire.</param>
    /// <param name="outgoing">Whether the packet was sent.</param>
    /// <param name="data">What was captured of it, at most the snap length.</param>
    /// <returns>false when a stop condition is reached and no more is to be written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Write(int queue, long time, int wireLength, bool outgoing, ReadOnlySpan<byte> data)
    {
        MakeRoom();
        var length = PcapngEncoder.WriteEnhancedPacket(
            _block.Free, queue, new Timestamp(time), wireLength, data, DirectionOf(outgoing));
        return Count(queue, time, data.Length, wireLength, length);
    }

    /// <summary>Writes a packet given in three pieces, any of which may be empty; otherwise as the other method.</summary>
    internal bool Write(
        int queue, long time, int wireLength, bool outgoing, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        MakeRoom();
        var length = PcapngEncoder.WriteEnhancedPacket(
            _block.Free, queue, new Timestamp(time), wireLength, first, second, third, DirectionOf(outgoing));
        return Count(queue, time, first.Length + second.Length + third.Length, wireLength, length);
    }

    /// <summary>Writes a packet of which an engine has made the block.</summary>
    /// <param name="queue">The queue's row in the ledger.</param>
    /// <param name="time">Nanoseconds since 1970-01-01 UTC.</param>
    /// <param name="captured">Bytes of the packet in the block.</param>
    /// <param name="wireLength">Bytes on the wire.</param>
    /// <param name="block">An Enhanced Packet Block, which says the same.</param>
    /// <returns>false when a stop condition is reached and no more is to be written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool WriteBlock(int queue, long time, int captured, int wireLength, ReadOnlySpan<byte> block)
    {
        MakeRoom();
        block.CopyTo(_block.Free);
        return Count(queue, time, captured, wireLength, block.Length);
    }

    /// <summary>Writes a packet of which an engine has made the block, but for its queue and time; otherwise as the other method.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool CompleteBlock(int queue, long time, int captured, int wireLength, ReadOnlySpan<byte> block)
    {
        MakeRoom();
        PcapngEncoder.CopyEnhancedPacket(_block.Free, block, queue, new Timestamp(time));
        return Count(queue, time, captured, wireLength, block.Length);
    }

    /// <summary>Counts the packet written last as one that was to have the device's time stamp and has the kernel's.</summary>
    /// <param name="queue">The queue's row in the ledger.</param>
    internal void CountSoftwareStamped(int queue) => _block.Tallies[queue].SoftwareStamped++;

    /// <summary>Time since the last <see cref="Flush"/>, to the clock's tick.</summary>
    internal TimeSpan SinceFlush => TimeSpan.FromMilliseconds(Environment.TickCount64 - _flushedAt);

    /// <summary>Hands what was written to the thread that writes the file.</summary>
    internal void Flush()
    {
        _flushedAt = Environment.TickCount64;
        if (_block.Length == 0)
            return;
        _blocks.AddFull(_block);
        _block = _blocks.TakeEmpty();
    }

    private PacketDirection DirectionOf(bool outgoing) =>
        !_withDirection ? PacketDirection.Unknown : outgoing ? PacketDirection.Outbound : PacketDirection.Inbound;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Count(int queue, long time, int captured, int wireLength, int blockLength)
    {
        _block.Advance(blockLength);
        _block.Count(queue, time, captured, wireLength);
        _packetsLeft--;
        _bytesLeft -= captured;
        return _packetsLeft > 0 && _bytesLeft > 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void MakeRoom()
    {
        if (_block.Free.Length < _maxLength)
            Flush();
    }
}
