using System.Buffers.Binary;
using MgCap.Capture.Pcapng;

namespace MgCap.Capture.Storage;

/// <summary>Reads a part of a capture's files, one file after the other; a file is open while it is read.</summary>
public sealed class CaptureFileStream : Stream
{
    private const int BlockHeadLength = 8;

    private readonly CaptureFileSet _files;
    private readonly long _from;
    private readonly long _length;
    private FileContent? _file;
    private int _part = -1;
    private long _position;

    internal CaptureFileStream(CaptureFileSet files, long from, long to)
    {
        _files = files;
        _from = from;
        _length = to - from;
        // What can't be opened is better known now than while it is read.
        if (_length > 0)
            _ = Find(int.MaxValue);
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => _length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_position >= _length)
            return 0;
        var (file, offset, left) = Find(buffer.Length);
        var read = file.Read(buffer[..left], offset);
        _position += read;
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= _length)
            return 0;
        var (file, offset, left) = Find(buffer.Length);
        var read = await file.ReadAsync(buffer[..left], offset, cancellationToken).ConfigureAwait(false);
        _position += read;
        return read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Current => _position,
        SeekOrigin.End => _length,
        _ => 0,
    };

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Reads a whole block.</summary>
    /// <param name="position">Where it starts.</param>
    /// <exception cref="PcapngFormatException">There is none.</exception>
    internal byte[] BlockAt(long position)
    {
        var block = new byte[BlockHeadAt(position).Length];
        Position = position;
        if (this.ReadAtLeast(block, block.Length, throwOnEndOfStream: false) < block.Length)
            throw new PcapngFormatException(position, "a block is not all there");
        return block;
    }

    /// <summary>Reads what a block begins with.</summary>
    /// <inheritdoc cref="BlockAt"/>
    internal (bool IsOfHead, long Length) BlockHeadAt(long position)
    {
        Span<byte> head = stackalloc byte[BlockHeadLength];
        Position = position;
        if (this.ReadAtLeast(head, BlockHeadLength, throwOnEndOfStream: false) < BlockHeadLength)
            throw new PcapngFormatException(position, "there is no block");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        if (length is < PcapngFormat.BlockOverhead or > PcapngFormat.MaxBlockLength)
            throw new PcapngFormatException(position, $"the length of a block is {length}");
        return (BinaryPrimitives.ReadUInt32LittleEndian(head) is PcapngFormat.SectionHeaderBlock or PcapngFormat.InterfaceDescriptionBlock, length);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _file?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The file to read from now, where, and how much of what is wanted.</summary>
    private (FileContent File, long Offset, int Left) Find(int wanted)
    {
        var position = _from + _position;
        var at = _files.PartAt(position);
        var part = _files.Parts[at];
        if (_file is null || at != _part)
        {
            _file?.Dispose();
            _file = null;
            _file = FileContent.Open(part.File.Path);
            _part = at;
        }

        return (_file, part.OffsetOf(position), (int)Math.Min(wanted, Math.Min(part.End - position, _length - _position)));
    }
}
