namespace MgCap.Capture.Storage;

/// <summary>
/// Where in a capture what is, over all its files: the one way to read it by number, by time, by segment. Positions and packets count
/// through the files as <see cref="CaptureFileSet"/> has them. A picture of one moment.
/// </summary>
public sealed class CaptureIndex
{
    private readonly List<IndexEntry> _entries = [];
    private readonly List<long> _sections = [];
    private readonly List<long> _interfaces = [];
    private readonly List<FileIndex> _files = [];

    private CaptureIndex(CaptureFileSet files) => Files = files;

    /// <summary>The files.</summary>
    public CaptureFileSet Files { get; }

    /// <summary>The segments; each starts where the one before ends, the first at 0.</summary>
    public IReadOnlyList<IndexEntry> Entries => _entries;

    /// <summary>Where interfaces are described.</summary>
    public IReadOnlyList<long> Interfaces => _interfaces;

    /// <summary>Where the last segment ends, in bytes.</summary>
    public long Length => _entries.Count == 0 ? 0 : _entries[^1].End;

    /// <summary>Bytes that had to be read, since no record told of them.</summary>
    public long LengthRead => _files.Sum(file => file.LengthRead);

    /// <summary>Packets in the capture.</summary>
    public long Packets => _entries.Count == 0 ? 0 : _entries[^1].EndPacket;

    /// <summary>The earliest packet; null without packets.</summary>
    public Timestamp? FirstPacketAt => Packets == 0 ? null : new Timestamp(_entries.Min(entry => entry.FirstTime));

    /// <summary>The latest packet; null without packets.</summary>
    public Timestamp? LastPacketAt => Packets == 0 ? null : new Timestamp(_entries.Max(entry => entry.LastTime));

    /// <summary>The file that keeps the index of one of a capture's files.</summary>
    public static string PathOf(string path) => FileIndex.PathOf(path);

    /// <summary>Reads the indexes of a capture's files, and makes what is missing of them.</summary>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static CaptureIndex Read(CaptureFileSet files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var index = new CaptureIndex(files);
        foreach (var part in files.Parts)
            index.Add(part, FileIndex.Read(part.File));
        return index;
    }

    /// <summary>Writes the indexes that had to be made beside their files, in the place of those that are there.</summary>
    /// <exception cref="IOException">One can't be written.</exception>
    public void Save()
    {
        foreach (var file in _files.Where(file => file.LengthRead > 0))
            file.Save();
    }

    /// <summary>The first segment that has a packet of this time or later.</summary>
    /// <returns>-1 where there is none.</returns>
    public int FindTime(Timestamp time) => _entries.FindIndex(entry => entry.Packets > 0 && entry.LastTime >= time.Nanoseconds);

    /// <summary>Where the blocks are without which those from a position on can't be read: the header and the interfaces of their section.</summary>
    internal IEnumerable<long> HeadBefore(long position) => _sections.FindLastIndex(start => start <= position) is var at and >= 0 && _sections[at] < position
        ? [_sections[at], .. _interfaces.Where(offset => offset > _sections[at] && offset < position)]
        : [];

    /// <summary>Where every header of a section is, and every interface, in order.</summary>
    internal IEnumerable<long> Heads() => _sections.Concat(_interfaces).Order();

    private void Add(FilePart part, FileIndex file)
    {
        if (part is { Skipped: 0, File.Length: > 0 })
            _sections.Add(part.Start);
        _interfaces.AddRange(file.Interfaces.Where(offset => offset >= part.Skipped).Select(part.PositionOf));
        var before = Packets;
        foreach (var entry in file.Entries)
        {
            var start = part.PositionOf(entry.Offset);
            // One that is all head, in a file whose head is left out, is nothing.
            if (part.PositionOf(entry.End) - start is var length and > 0)
                _entries.Add(entry with { Offset = start, Length = length, FirstPacket = before + entry.FirstPacket });
        }

        _files.Add(file);
    }
}
