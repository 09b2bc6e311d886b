using MgCap.Capture.Pcapng;

namespace MgCap.Capture.Storage;

/// <summary>A file of a capture, as far as it counts.</summary>
/// <param name="Path">The file.</param>
/// <param name="Length">Bytes that count: up to the end of a block.</param>
public readonly record struct StoredFile(string Path, long Length);

/// <summary>
/// A capture's files, in order, as one PCAP-NG file: the first as it is, and of each that begins with the same head as the one before what
/// follows it. One that begins otherwise stays whole: it begins a section. Positions count in that one file. A picture of one moment; it
/// holds no file open.
/// </summary>
public sealed class CaptureFileSet
{
    private readonly FilePart[] _parts;

    private CaptureFileSet(FilePart[] parts) => _parts = parts;

    /// <summary>What it is known by: the path of its first file.</summary>
    public string Name => _parts[0].File.Path;

    /// <summary>Its length, in bytes.</summary>
    public long Length => _parts[^1].End;

    /// <summary>The files, and where each is.</summary>
    internal IReadOnlyList<FilePart> Parts => _parts;

    /// <summary>A capture of one file.</summary>
    public static CaptureFileSet Of(string path, long length) => Of([new StoredFile(path, length)]);

    /// <summary>A capture of one or more files.</summary>
    /// <exception cref="IOException">One of several can't be read.</exception>
    public static CaptureFileSet Of(IReadOnlyList<StoredFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentOutOfRangeException.ThrowIfZero(files.Count);
        var parts = new FilePart[files.Count];
        var (head, end) = (Array.Empty<byte>(), 0L);
        for (var i = 0; i < parts.Length; i++)
        {
            var isSection = i == 0 || !BeginsWith(files[i], head);
            parts[i] = new FilePart(files[i], end, isSection ? 0 : head.Length);
            end = parts[i].End;
            if (isSection && parts.Length > 1)
                head = ReadHead(files[i]);
        }

        return new CaptureFileSet(parts);
    }

    /// <summary>Whether it is the same files of the same lengths.</summary>
    public bool IsSameAs(CaptureFileSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return _parts.AsSpan().SequenceEqual(other._parts);
    }

    /// <summary>Opens all of it.</summary>
    /// <exception cref="IOException">The first file can't be opened.</exception>
    public CaptureFileStream Open() => Open(0, Length);

    /// <summary>Opens a part.</summary>
    /// <param name="from">Where it starts, in bytes.</param>
    /// <param name="to">Where it ends.</param>
    /// <exception cref="IOException">The file in which it starts can't be opened.</exception>
    public CaptureFileStream Open(long from, long to) => new(this, from, to);

    /// <summary>The part that holds a position before the end.</summary>
    internal int PartAt(long position)
    {
        var (low, high) = (0, _parts.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_parts[middle].End <= position)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>The section header and the interfaces that a file begins with; nothing where it does not begin so.</summary>
    private static byte[] ReadHead(StoredFile file)
    {
        using var stream = Of([file]).Open();
        var end = 0L;
        try
        {
            while (end < file.Length && stream.BlockHeadAt(end) is { IsOfHead: true } block)
                end += block.Length;
        }
        catch (PcapngFormatException)
        {
            // The reader of the set reports what is wrong with it.
        }

        var head = new byte[Math.Min(end, file.Length)];
        stream.Position = 0;
        stream.ReadExactly(head);
        return head;
    }

    private static bool BeginsWith(StoredFile file, byte[] head)
    {
        if (file.Length < head.Length)
            return false;
        using var stream = Of([file]).Open();
        var start = new byte[head.Length];
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.AsSpan().SequenceEqual(head);
    }
}

/// <summary>A file of a set.</summary>
/// <param name="File">The file.</param>
/// <param name="Start">Where it starts in the set.</param>
/// <param name="Skipped">Bytes of its start that the set leaves out.</param>
internal readonly record struct FilePart(StoredFile File, long Start, long Skipped)
{
    /// <summary>Where it ends in the set.</summary>
    internal long End => Start + File.Length - Skipped;

    /// <summary>Where in the set an offset in the file is; that of what is left out is the start.</summary>
    internal long PositionOf(long offset) => Start + Math.Max(0, offset - Skipped);

    /// <summary>Where in the file a position in the set is.</summary>
    internal long OffsetOf(long position) => position - Start + Skipped;
}
