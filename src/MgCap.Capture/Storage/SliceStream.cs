namespace MgCap.Capture.Storage;

/// <summary>
/// A part of a capture as PCAP-NG of its own: the section's header and the interfaces described before the part, then the
/// part's own bytes. Forward only; nothing is copied ahead of the reader.
/// </summary>
public sealed class SliceStream : Stream
{
    private readonly byte[] _head;
    private readonly CaptureFileStream _part;
    private long _position;

    private SliceStream(byte[] head, CaptureFileStream part)
    {
        _head = head;
        _part = part;
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
    public override long Length => _head.Length + _part.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <summary>Opens a part.</summary>
    /// <param name="index">The capture's index.</param>
    /// <param name="from">Where the part starts: at the start of a block, in bytes.</param>
    /// <param name="to">Where it ends: at the end of a block.</param>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static SliceStream Open(CaptureIndex index, long from, long to)
    {
        ArgumentNullException.ThrowIfNull(index);
        return Open(index.Files, index.HeadBefore(from), from, to);
    }

    /// <inheritdoc cref="Open(CaptureIndex, long, long)"/>
    /// <param name="files">The capture.</param>
    /// <param name="head">Where the blocks are that stand before the part.</param>
    /// <param name="from">Where the part starts.</param>
    /// <param name="to">Where it ends.</param>
    internal static SliceStream Open(CaptureFileSet files, IEnumerable<long> head, long from, long to)
    {
        using var blocks = files.Open();
        return new SliceStream([.. head.SelectMany(blocks.BlockAt)], files.Open(from, to));
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int read;
        if (_position < _head.Length)
        {
            read = Math.Min(buffer.Length, _head.Length - (int)_position);
            _head.AsSpan((int)_position, read).CopyTo(buffer);
        }
        else
        {
            read = _part.Read(buffer);
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
            _part.Dispose();
        base.Dispose(disposing);
    }
}
