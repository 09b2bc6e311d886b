using Microsoft.Win32.SafeHandles;
using ZstdSharp;

namespace MgCap.Capture.Storage;

/// <summary>Reads a <see cref="CompressedFile"/>; one of its frames is in memory, uncompressed.</summary>
internal sealed class CompressedContent : FileContent
{
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly FrameTable _table;
    private readonly Decompressor _decompressor;
    private byte[] _frame = [];
    private byte[] _content = [];
    private long _start;
    private int _length;

    /// <summary>Opens it.</summary>
    /// <exception cref="IOException">It can't be opened, or is damaged.</exception>
    internal CompressedContent(string path)
    {
        _path = path;
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            _table = FrameTable.Read(_file, path);
        }
        catch
        {
            _file.Dispose();
            throw;
        }

        _decompressor = new Decompressor();
    }

    /// <summary>Bytes in it, uncompressed.</summary>
    internal long Length => _table.Length;

    internal override int Read(Span<byte> buffer, long offset)
    {
        if (offset >= _table.Length)
            return 0;
        if (!Holds(offset))
        {
            var (at, length, start, contentLength) = _table.Find(offset);
            MakeRoom(length, contentLength);
            Unpack(RandomAccess.Read(_file, _frame.AsSpan(0, length), at), length, start, contentLength);
        }

        return Copy(buffer, offset);
    }

    internal override async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellation)
    {
        if (offset >= _table.Length)
            return 0;
        if (!Holds(offset))
        {
            var (at, length, start, contentLength) = _table.Find(offset);
            MakeRoom(length, contentLength);
            Unpack(await RandomAccess.ReadAsync(_file, _frame.AsMemory(0, length), at, cancellation).ConfigureAwait(false), length, start, contentLength);
        }

        return Copy(buffer.Span, offset);
    }

    public override void Dispose()
    {
        _decompressor.Dispose();
        _file.Dispose();
    }

    private bool Holds(long offset) => offset >= _start && offset < _start + _length;

    private void MakeRoom(int length, int contentLength)
    {
        _length = 0;
        if (_frame.Length < length)
            _frame = new byte[length];
        if (_content.Length < contentLength)
            _content = new byte[contentLength];
    }

    private void Unpack(int read, int length, long start, int contentLength)
    {
        try
        {
            if (read < length || _decompressor.Unwrap(_frame.AsSpan(0, length), _content) != contentLength)
                throw FrameTable.Damaged(_path);
        }
        catch (ZstdException)
        {
            throw FrameTable.Damaged(_path);
        }

        (_start, _length) = (start, contentLength);
    }

    private int Copy(Span<byte> buffer, long offset)
    {
        var rest = _content.AsSpan((int)(offset - _start), (int)(_start + _length - offset));
        var length = Math.Min(rest.Length, buffer.Length);
        rest[..length].CopyTo(buffer);
        return length;
    }
}
