using System.Buffers.Binary;
using MgCap.Capture.Pcapng;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Capture.Storage;

/// <summary>
/// A part of a capture's file as PCAP-NG of its own: the section's header and the interfaces described before the part, then the
/// part's own bytes. Forward only; nothing is copied ahead of the reader.
/// </summary>
public sealed class SliceStream : Stream
{
    private const int BlockHeadLength = 8;

    private readonly SafeFileHandle _file;
    private readonly byte[] _head;
    private readonly long _from;
    private readonly long _length;
    private long _position;

    private SliceStream(SafeFileHandle file, byte[] head, long from, long to)
    {
        _file = file;
        _head = head;
        _from = from;
        _length = head.Length + to - from;
    }

    /// <summary>Bytes that stand before the part.</summary>
    public int HeadLength => _head.Length;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => _length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <summary>Opens a part.</summary>
    /// <param name="index">The file's index.</param>
    /// <param name="from">Where the part starts: at the start of a block, in bytes.</param>
    /// <param name="to">Where it ends: at the end of a block.</param>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static SliceStream Open(CaptureIndex index, long from, long to)
    {
        ArgumentNullException.ThrowIfNull(index);
        var file = File.OpenHandle(index.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            byte[] head = from == 0 ? [] : [.. BlockAt(file, 0), .. index.Interfaces.Where(offset => offset < from).SelectMany(offset => BlockAt(file, offset))];
            return new SliceStream(file, head, from, to);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var left = (int)Math.Min(buffer.Length, _length - _position);
        if (left <= 0)
            return 0;
        int read;
        if (_position < _head.Length)
        {
            read = Math.Min(left, _head.Length - (int)_position);
            _head.AsSpan((int)_position, read).CopyTo(buffer);
        }
        else
        {
            read = RandomAccess.Read(_file, buffer[..left], _from + _position - _head.Length);
        }

        _position += read;
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _file.Dispose();
        base.Dispose(disposing);
    }

    private static byte[] BlockAt(SafeFileHandle file, long offset)
    {
        Span<byte> head = stackalloc byte[BlockHeadLength];
        if (RandomAccess.Read(file, head, offset) < BlockHeadLength)
            throw new PcapngFormatException(offset, "the index names a block that is not there");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        if (length is < PcapngFormat.BlockOverhead or > PcapngFormat.MaxBlockLength)
            throw new PcapngFormatException(offset, $"the index names a block whose length is {length}");
        var block = new byte[length];
        for (var filled = 0; filled < block.Length;)
        {
            var read = RandomAccess.Read(file, block.AsSpan(filled), offset + filled);
            if (read == 0)
                throw new PcapngFormatException(offset, "the index names a block that is not all there");
            filled += read;
        }

        return block;
    }
}
