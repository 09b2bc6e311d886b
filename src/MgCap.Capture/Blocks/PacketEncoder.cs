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
    private readonly FileCuts? _cuts;
    private PacketBlock _block;
    private long _flushedAt = Environment.TickCount64;
    // Until the capture's end or the file's, whichever comes first, and from there to the capture's end.
    private long _packetsLeft;
    private long _packetsAfter;
    private long _bytesLeft;
    private int _firstRow;

    /// <param name="settings">What is captured. Packets say their direction where both are.</param>
    /// <param name="blocks">Where blocks go.</param>
    /// <param name="cuts">Says when a file is full; null where the capture has one.</param>
    internal PacketEncoder(CaptureSettings settings, PacketBlockQueue blocks, FileCuts? cuts = null)
    {
        _blocks = blocks;
        _cuts = cuts;
        _withDirection = settings.EffectiveDirection == CaptureDirection.Both;
        _maxLength = PcapngEncoder.EnhancedPacketLength(settings.Snaplen, _withDirection);
        var stop = settings.Stop;
        _packetsAfter = stop.Packets == 0 ? long.MaxValue : stop.Packets;
        _bytesLeft = stop.Bytes == 0 ? long.MaxValue : stop.Bytes;
        ShareOutPackets();
        _block = TakeEmpty();
    }

    /// <summary>The stop condition that was reached; null while none was.</summary>
    internal StopReason? LimitReached => _packetsLeft <= 0 && _packetsAfter == 0 ? StopReason.Packets : _bytesLeft <= 0 ? StopReason.Bytes : null;

    /// <summary>The row in the ledger of an engine's first queue, for what it writes from here on: it numbers its queues from 0.</summary>
    internal int FirstRow
    {
        set => _firstRow = value;
    }

    /// <summary>How long until the file's time is up; <see cref="TimeSpan.MaxValue"/> where it has none.</summary>
    internal TimeSpan UntilCut => _cuts?.Left ?? TimeSpan.MaxValue;

    /// <summary>Writes a packet.</summary>
    /// <param name="queue">The engine's number of the queue.</param>
    /// <param name="time">Nanoseconds since 1970-01-01 UTC.</param>
    /// <param name="wireLength">Bytes on the wire.</param>
    /// <param name="outgoing">Whether the packet was sent.</param>
    /// <param name="data">What was captured of it, at most the snap length.</param>
    /// <returns>false when a stop condition is reached and no more is to be written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Write(int queue, long time, int wireLength, bool outgoing, ReadOnlySpan<byte> data)
    {
        MakeRoom();
        queue += _firstRow;
        var length = PcapngEncoder.WriteEnhancedPacket(
            _block.Free, queue, new Timestamp(time), wireLength, data, DirectionOf(outgoing));
        return Count(queue, time, data.Length, wireLength, length);
    }

    /// <summary>Writes a packet given in three pieces, any of which may be empty; otherwise as the other method.</summary>
    internal bool Write(
        int queue, long time, int wireLength, bool outgoing, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        MakeRoom();
        queue += _firstRow;
        var length = PcapngEncoder.WriteEnhancedPacket(
            _block.Free, queue, new Timestamp(time), wireLength, first, second, third, DirectionOf(outgoing));
        return Count(queue, time, first.Length + second.Length + third.Length, wireLength, length);
    }

    /// <summary>Writes a packet of which an engine has made the block.</summary>
    /// <param name="queue">The engine's number of the queue.</param>
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
        if (_firstRow != 0)
        {
            queue += _firstRow;
            PcapngEncoder.SetInterface(_block.Free, queue);
        }

        return Count(queue, time, captured, wireLength, block.Length);
    }

    /// <summary>Writes a packet of which an engine has made the block, but for its queue and time; otherwise as the other method.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool CompleteBlock(int queue, long time, int captured, int wireLength, ReadOnlySpan<byte> block)
    {
        MakeRoom();
        queue += _firstRow;
        PcapngEncoder.CopyEnhancedPacket(_block.Free, block, queue, new Timestamp(time));
        return Count(queue, time, captured, wireLength, block.Length);
    }

    /// <summary>Counts the packet written last as one that was to have the device's time stamp and has the kernel's.</summary>
    /// <param name="queue">The engine's number of the queue.</param>
    internal void CountSoftwareStamped(int queue) => _block.Tallies[_firstRow + queue].SoftwareStamped++;

    /// <summary>Time since the last <see cref="Flush"/>, to the clock's tick.</summary>
    internal TimeSpan SinceFlush => TimeSpan.FromMilliseconds(Environment.TickCount64 - _flushedAt);

    /// <summary>Hands what was written to the thread that writes the file.</summary>
    internal void Flush()
    {
        if (_block.Length > 0 && _cuts?.IsFull(_block.Length) == true)
            CutFile();
        else
            FlushLast();
    }

    /// <summary>The same, where nothing will follow, and no new file is wanted for it.</summary>
    internal void FlushLast()
    {
        _flushedAt = Environment.TickCount64;
        if (_block.Length > 0)
            Hand();
    }

    /// <summary>Ends the file where its time is up.</summary>
    internal void CutWhereDue()
    {
        if (_cuts is { Left.Ticks: <= 0 } && LimitReached is null)
            CutFile();
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
        return (_packetsLeft > 0 && _bytesLeft > 0) || GoOn();
    }

    /// <returns>false when a stop condition is reached; otherwise the file has the packets that it may have.</returns>
    private bool GoOn()
    {
        if (LimitReached is not null)
            return false;
        CutFile();
        return true;
    }

    private void CutFile()
    {
        _flushedAt = Environment.TickCount64;
        _block.EndFile();
        _cuts!.Begin();
        ShareOutPackets();
        Hand();
    }

    private void Hand()
    {
        // Before it is given away, and perhaps emptied at once.
        if (!_block.EndsFile)
            _cuts?.Add(_block.Length);
        _blocks.AddFull(_block);
        _block = TakeEmpty();
    }

    /// <summary>The packet that makes a file full is kept whole.</summary>
    private PacketBlock TakeEmpty()
    {
        var block = _blocks.TakeEmpty();
        if (_cuts is { } cuts)
            block.LimitTo(cuts.BytesLeft + _maxLength);
        return block;
    }

    private void ShareOutPackets()
    {
        var all = _packetsAfter == long.MaxValue ? long.MaxValue : _packetsLeft + _packetsAfter;
        _packetsLeft = Math.Min(_cuts?.Packets ?? long.MaxValue, all);
        _packetsAfter = all == long.MaxValue && _packetsLeft < all ? long.MaxValue : all - _packetsLeft;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void MakeRoom()
    {
        if (_block.Free.Length < _maxLength)
            Flush();
    }
}
