using MgCap.Capture.Blocks;
using MgCap.Capture.Pcapng;

namespace MgCap.Capture.Storage;

/// <summary>
/// Where in one of a capture's files what is: read from the index that was made while writing, and made by reading the file where that
/// says nothing: of the last blocks of a capture that runs, after a crash, of captures from before there were indexes.
/// </summary>
internal sealed class FileIndex
{
    private readonly List<IndexEntry> _entries = [];
    private readonly List<long> _interfaces = [];
    private readonly string _path;

    private FileIndex(string path) => _path = path;

    /// <summary>The file's segments; each starts where the one before ends, the first at 0.</summary>
    internal IReadOnlyList<IndexEntry> Entries => _entries;

    /// <summary>Where interfaces are described, in bytes from the file's start.</summary>
    internal IReadOnlyList<long> Interfaces => _interfaces;

    /// <summary>Bytes of the file that had to be read, since no record told of them.</summary>
    internal long LengthRead { get; private set; }

    private long Length => _entries.Count == 0 ? 0 : _entries[^1].End;

    private long Packets => _entries.Count == 0 ? 0 : _entries[^1].EndPacket;

    /// <summary>The file of an index.</summary>
    /// <param name="path">The capture's file.</param>
    internal static string PathOf(string path) => path + ".index";

    /// <summary>Reads a file's index, and makes what is missing of it.</summary>
    /// <param name="file">The file, of one section as MgCap writes it.</param>
    /// <exception cref="IOException">The file can't be read.</exception>
    internal static FileIndex Read(StoredFile file)
    {
        var index = new FileIndex(file.Path);
        index.ReadRecords(file.Length);
        try
        {
            index.ReadRest(file);
        }
        catch (PcapngFormatException) when (index._entries.Count > 0)
        {
            // The index is of another file, or the file of another time.
            index._entries.Clear();
            index._interfaces.Clear();
            index.ReadRest(file);
        }

        return index;
    }

    /// <summary>Writes the index beside its file, in the place of one that is there.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    internal void Save()
    {
        var path = PathOf(_path);
        var unfinished = path + ".new";
        using (var file = File.OpenHandle(unfinished, FileMode.Create, FileAccess.Write))
        {
            var records = new byte[(1 + _interfaces.Count + _entries.Count) * IndexRecord.Size];
            var rest = records.AsSpan();
            IndexRecord.WriteHead(rest);
            foreach (var offset in _interfaces)
                IndexRecord.Write(rest = rest[IndexRecord.Size..], IndexRecord.Interface, new IndexEntry(offset, 0, 0, 0, 0, 0, 0));
            foreach (var entry in _entries)
                IndexRecord.Write(rest = rest[IndexRecord.Size..], IndexRecord.Segment, entry);
            RandomAccess.Write(file, records, 0);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    private void ReadRecords(long length)
    {
        byte[] records;
        try
        {
            records = File.ReadAllBytes(PathOf(_path));
        }
        catch (IOException)
        {
            return;
        }

        var rest = records.AsSpan();
        if (rest.Length < IndexRecord.Size || !IndexRecord.IsHead(rest, out var withChecksums))
            return;
        // A record that was cut short is none, and neither is what a crash left between.
        for (rest = rest[IndexRecord.Size..]; rest.Length >= IndexRecord.Size; rest = rest[IndexRecord.Size..])
        {
            if (withChecksums && !IndexRecord.IsWhole(rest))
                return;
            var entry = IndexRecord.EntryOf(rest);
            switch (IndexRecord.KindOf(rest))
            {
                case IndexRecord.Interface when entry.Offset >= Length && entry.Offset < length:
                    _interfaces.Add(entry.Offset);
                    break;
                case IndexRecord.Segment when Follows(entry) && entry.End <= length:
                    _entries.Add(entry);
                    break;
                default:
                    return;
            }
        }
    }

    private bool Follows(in IndexEntry entry) =>
        entry.Offset == Length && entry.FirstPacket == Packets && entry is { Length: > 0, Packets: >= 0, WireBytes: >= 0 }
        && (entry.Packets == 0 || entry.FirstTime <= entry.LastTime);

    /// <summary>Reads the file from where the records end.</summary>
    private void ReadRest(StoredFile file)
    {
        var start = Length;
        _interfaces.RemoveAll(offset => offset >= start);
        if (start >= file.Length)
            return;
        var segments = new IndexSegments(start, Packets, Packets == 0 ? long.MaxValue : _entries.Min(entry => entry.FirstTime), _entries.Add);
        using var cut = SliceStream.Open(CaptureFileSet.Of([file]), start == 0 ? [] : [0, .. _interfaces], start, file.Length);
        using var reader = PcapngReader.Open(cut, leaveOpen: true);
        try
        {
            while (reader.Read())
            {
                var offset = start + reader.BlockOffset - cut.HeadLength;
                if (offset < start)
                    continue;
                var packets = PacketSummary.None;
                if (reader.BlockKind == PcapngBlockKind.InterfaceDescription)
                    _interfaces.Add(offset);
                else if (reader is { BlockKind: PcapngBlockKind.Packet, Packet: { Time: { } time } packet })
                    packets = new PacketSummary(1, time.Nanoseconds, time.Nanoseconds, packet.OriginalLength);
                segments.Add(reader.Block.Length, packets);
            }
        }
        catch (PcapngFormatException) when (reader.Position > cut.HeadLength || start == 0)
        {
            // What follows is no whole block; recovery cuts it off.
        }

        segments.Finish();
        LengthRead = Length - start;
    }
}
