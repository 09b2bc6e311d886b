namespace MgCap.Capture.Pcapng;

/// <summary>
/// Whole blocks from a stream, forward only (draft-ietf-opsawg-pcapng section 3.1). It checks what all blocks share: that the
/// file starts with a section, that lengths make sense and agree, that the block is all there. The buffer grows with the
/// longest block that really is there, to <see cref="PcapngFormat.MaxBlockLength"/> at most. Owns the stream unless told not to.
/// </summary>
internal sealed class BlockSource(Stream stream, bool leaveOpen) : IDisposable
{
    private const int FirstBufferLength = 64 * 1024;
    private const int BlockHeadLength = 12;
    private const int MinSectionHeaderLength = 28;

    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(FirstBufferLength);
    private int _start;
    private int _end;
    private int _blockLength;
    private bool _hasSection;

    /// <summary>Where the current block starts, in bytes from where reading began.</summary>
    public long Offset { get; private set; }

    /// <summary>Where the last accepted block ends, in bytes from where reading began.</summary>
    public long Position { get; private set; }

    /// <summary>The current section's byte order.</summary>
    public ByteOrder Order { get; private set; }

    public uint Type { get; private set; }

    /// <summary>The whole current block, with its type and both lengths.</summary>
    public ReadOnlySpan<byte> Block => _buffer.AsSpan(_start, _blockLength);

    /// <summary>The current block between its first and its second length.</summary>
    public ReadOnlySpan<byte> Body => Block[8..^4];

    /// <summary>Reads the block behind the last accepted one; the same one again if it was not accepted.</summary>
    /// <returns>False where the stream ends before the block's first byte.</returns>
    public bool Peek()
    {
        _start += (int)(Position - Offset);
        Offset = Position;
        _blockLength = 0;
        var available = Fill(BlockHeadLength);
        if (available == 0)
            return false;
        if (available < BlockHeadLength)
            throw Truncated($"{available} bytes are left, and the shortest block has {PcapngFormat.BlockOverhead}");

        var head = _buffer.AsSpan(_start, BlockHeadLength);
        var order = Order;
        Type = order.UInt32(head);
        if (Type == PcapngFormat.SectionHeaderBlock)
            order = SectionOrder(head[8..]);
        else if (!_hasSection)
            throw Damaged("the file does not start with a section header; this is no PCAP-NG");

        var length = order.UInt32(head[4..]);
        var least = Type == PcapngFormat.SectionHeaderBlock ? MinSectionHeaderLength : PcapngFormat.BlockOverhead;
        if (length < least || length > PcapngFormat.MaxBlockLength || length % 4 != 0)
        {
            throw Damaged($"a block of type 0x{Type:x8} gives its length as {length}; allowed are multiples of 4 from {least} "
                + $"to {PcapngFormat.MaxBlockLength}");
        }

        available = Fill((int)length);
        if (available < length)
            throw Truncated($"a block of {length} bytes has only {available}");
        var again = order.UInt32(_buffer.AsSpan(_start + (int)length - sizeof(uint)));
        if (again != length)
            throw Damaged($"a block of type 0x{Type:x8} gives its length as {length} at its start and {again} at its end");
        Order = order;
        _blockLength = (int)length;
        return true;
    }

    /// <summary>Counts the current block as read, once what it says was found good; it stays until the next Peek.</summary>
    public void Accept()
    {
        Position = Offset + _blockLength;
        _hasSection = true;
    }

    public PcapngFormatException Damaged(string problem) => new(Offset, problem);

    private PcapngFormatException Truncated(string problem) => new(Offset, problem, truncated: true);

    private ByteOrder SectionOrder(ReadOnlySpan<byte> magic)
    {
        var littleEndian = default(ByteOrder);
        if (littleEndian.UInt32(magic) == PcapngFormat.ByteOrderMagic)
            return littleEndian;
        var bigEndian = new ByteOrder(IsBigEndian: true);
        if (bigEndian.UInt32(magic) == PcapngFormat.ByteOrderMagic)
            return bigEndian;
        throw Damaged($"a section header has the byte-order magic 0x{littleEndian.UInt32(magic):x8}");
    }

    /// <summary>Reads until so many bytes of the block are there, or the stream ends.</summary>
    /// <returns>Bytes that are there.</returns>
    private int Fill(int wanted)
    {
        while (_end - _start < wanted)
        {
            if (_start + wanted > _buffer.Length && _start > 0)
            {
                _buffer.AsSpan(_start.._end).CopyTo(_buffer);
                _end -= _start;
                _start = 0;
            }
            else if (_end == _buffer.Length)
            {
                Array.Resize(ref _buffer, Math.Min(2 * _buffer.Length, PcapngFormat.MaxBlockLength));
            }

            var read = stream.Read(_buffer.AsSpan(_end));
            if (read == 0)
                break;
            _end += read;
        }

        return Math.Min(_end - _start, wanted);
    }

    public void Dispose()
    {
        if (!leaveOpen)
            stream.Dispose();
    }
}
