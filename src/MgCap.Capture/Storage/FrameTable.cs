using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Capture.Storage;

/// <summary>
/// Where the frames of a compressed file are. It stands at the file's end, in a frame that decompression skips, as the zstd project's
/// "Zstandard Seekable Format" has it (contrib/seekable_format/zstd_seekable_compression_format.md); all numbers are little-endian.
/// <code>
///   | 0x184D2A5E 4 | length 4 | { compressed 4 | uncompressed 4 } for each frame | frames 4 | 0 1 | 0x8F92EAB1 4 |
/// </code>
/// The frames are all of one length but for the first, which is short, since a file's head is read more often than all else, and the last:
/// so a table that is damaged is known for it.
/// </summary>
internal sealed class FrameTable
{
    /// <summary>Bytes of a file that are in a frame.</summary>
    internal const int FrameBytes = 512 * 1024;

    private const int FirstFrameBytes = 16 * 1024;
    private const uint SkippableFrame = 0x184D2A5E, Magic = 0x8F92EAB1;
    private const int HeadLength = 8, EntryLength = 8, FootLength = 9;

    private readonly List<(long Compressed, long Content)> _ends = [];

    /// <summary>Bytes of the uncompressed file.</summary>
    internal long Length => _ends.Count == 0 ? 0 : _ends[^1].Content;

    /// <summary>How much of a file is in the frame that begins at a position.</summary>
    /// <param name="position">Where the frame before ends, in the file; 0 for the first.</param>
    /// <param name="length">The file's length.</param>
    internal static int BytesOfFrame(long position, long length) => (int)Math.Min(position == 0 ? FirstFrameBytes : FrameBytes, length - position);

    /// <summary>Reads a file's.</summary>
    /// <exception cref="IOException">There is none, or it can't be right.</exception>
    internal static FrameTable Read(SafeFileHandle file, string path)
    {
        var length = RandomAccess.GetLength(file);
        Span<byte> foot = stackalloc byte[FootLength];
        if (length < HeadLength + FootLength || RandomAccess.Read(file, foot, length - FootLength) < FootLength || BinaryPrimitives.ReadUInt32LittleEndian(foot[5..]) != Magic || foot[4] != 0)
            throw Damaged(path);
        var tableLength = (BinaryPrimitives.ReadUInt32LittleEndian(foot) * (long)EntryLength) + HeadLength + FootLength;
        if (tableLength > Math.Min(length, Array.MaxLength))
            throw Damaged(path);
        var bytes = new byte[tableLength];
        if (RandomAccess.Read(file, bytes, length - tableLength) < bytes.Length)
            throw Damaged(path);
        return OfBytes(bytes, length - tableLength) ?? throw Damaged(path);
    }

    /// <summary>Adds the next frame.</summary>
    /// <param name="compressed">Its length.</param>
    /// <param name="content">The length of what is in it.</param>
    internal void Add(int compressed, int content)
    {
        var last = _ends.Count == 0 ? default : _ends[^1];
        _ends.Add((last.Compressed + compressed, last.Content + content));
    }

    /// <summary>The frame that holds a position before the end.</summary>
    /// <returns>Where it is in the compressed file, and where its content in the uncompressed one.</returns>
    internal (long Offset, int Length, long ContentStart, int ContentLength) Find(long position)
    {
        var at = position < FirstFrameBytes ? 0 : (int)(1 + ((position - FirstFrameBytes) / FrameBytes));
        var start = at == 0 ? default : _ends[at - 1];
        return (start.Compressed, (int)(_ends[at].Compressed - start.Compressed), start.Content, (int)(_ends[at].Content - start.Content));
    }

    /// <summary>The table as it stands in a file.</summary>
    internal byte[] ToBytes()
    {
        var bytes = new byte[HeadLength + (_ends.Count * EntryLength) + FootLength];
        var rest = bytes.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(rest, SkippableFrame);
        BinaryPrimitives.WriteInt32LittleEndian(rest[4..], bytes.Length - HeadLength);
        rest = rest[HeadLength..];
        var before = (Compressed: 0L, Content: 0L);
        foreach (var end in _ends)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, (int)(end.Compressed - before.Compressed));
            BinaryPrimitives.WriteInt32LittleEndian(rest[4..], (int)(end.Content - before.Content));
            before = end;
            rest = rest[EntryLength..];
        }

        BinaryPrimitives.WriteInt32LittleEndian(rest, _ends.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(rest[5..], Magic);
        return bytes;
    }

    internal static IOException Damaged(string path) => new($"{path} is damaged: it is no compressed file of MgCap, or not all of one");

    /// <returns>null where it is not as <see cref="ToBytes"/> makes it, or not of a file with so many bytes of frames.</returns>
    private static FrameTable? OfBytes(byte[] bytes, long framesLength)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != SkippableFrame || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4)) != bytes.Length - HeadLength)
            return null;
        var table = new FrameTable();
        for (var entries = bytes.AsSpan(HeadLength..^FootLength); !entries.IsEmpty; entries = entries[EntryLength..])
        {
            var (compressed, content) = (BinaryPrimitives.ReadInt32LittleEndian(entries), BinaryPrimitives.ReadInt32LittleEndian(entries[4..]));
            var isLast = entries.Length == EntryLength;
            if (compressed is <= 0 or > 2 * FrameBytes || content <= 0 || content > BytesOfFrame(table.Length, long.MaxValue) || (!isLast && content < BytesOfFrame(table.Length, long.MaxValue)))
                return null;
            table.Add(compressed, content);
        }

        return (table._ends.Count == 0 ? 0 : table._ends[^1].Compressed) == framesLength ? table : null;
    }
}
