using MgCap.Capture.Blocks;
using MgCap.Capture.Pcapng;

namespace MgCap.Capture.Storage;

/// <summary>
/// Where in a capture's file what is: read from the index that was made while writing, and made by reading the file where that
/// says nothing: of the last blocks of a capture that runs, after a crash, of captures from before there were indexes.
/// A picture of one moment; it holds no file.
/// </summary>
public sealed class CaptureIndex
{
    private readonly List<IndexEntry> _entries = [];
    private readonly List<long> _interfaces = [];

    private CaptureIndex(string path) => Path = path;

    /// <summary>The capture's file.</summary>
    public string Path { get; }

    /// <summary>The file's segments; each starts where the one before ends, the first at 0.</summary>
    public IReadOnlyList<IndexEntry> Entries => _entries;

    /// <summary>Where interfaces are described, in bytes from the file's start.</summary>
    public IReadOnlyList<long> Interfaces => _interfaces;

    /// <summary>Where the last segment ends, in bytes.</summary>
    public long Length => _entries.Count == 0 ? 0 : _entries[^1].End;

    /// <summary>Bytes of the file that had to be read, since no record told of them.</summary>
    public long LengthRead { get; private set; }

    /// <summary>Packets in the file.</summary>
    public long Packets => _entries.Count == 0 ? 0 : _entries[^1].EndPacket;

    /// <summary>The earliest packet; null without packets.</summary>
    public Timestamp? FirstPacketAt => Packets == 0 ? null : new Timestamp(_entries.Min(entry => entry.FirstTime));

    /// <summary>The latest packet; null without packets.</summary>
    public Timestamp? LastPacketAt => Packets == 0 ? null : new Timestamp(_entries.Max(entry => entry.LastTime));

    /// <summary>The file of a capture's index.</summary>
    public static string PathOf(string capturePath) => capturePath + ".index";

    /// <summary>Reads a capture's index, and makes what is missing of it.</summary>
    /// <param name="path">The capture's file, of one section as MgCap writes it.</param>
    /// <param name="length">How much of the file counts, in bytes; the end of a block.</param>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static CaptureIndex Read(string path, long length)
    {
        var index = new CaptureIndex(path);
        index.ReadRecords(length);
        try
        {
            index.ReadRest(length);
        }
        catch (PcapngFormatException) when (index._entries.Count > 0)
        {
            // The index is of another file, or the file of another time.
            index._entries.Clear();
            index._interfaces.Clear();
            index.ReadRest(length);
        }

        return index;
    }

    /// <summary>Writes the index beside its file, in the place of one that is there.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Save()
    {
        var path = PathOf(Path);
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

    /// <summary>The segment that holds a packet.</summary>
    /// <param name="packet">The packet's place in the file, from 0; less than <see cref="Packets"/>.</param>
    public int FindPacket(long packet)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(packet);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(packet, Packets);
        var (low, high) = (0, _entries.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_entries[middle].EndPacket <= packet)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>The first segment that has a packet of this time or later.</summary>
    /// <returns>-1 where there is none.</returns>
    public int FindTime(Timestamp time) => _entries.FindIndex(entry => entry.Packets > 0 && entry.LastTime >= time.Nanoseconds);

    private void ReadRecords(long length)
    {
        byte[] records;
        try
        {
            records = File.ReadAllBytes(PathOf(Path));
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
    private void ReadRest(long length)
    {
        var start = Length;
        _interfaces.RemoveAll(offset => offset >= start);
        if (start >= length)
            return;
        var segments = new IndexSegments(start, Packets, FirstPacketAt?.Nanoseconds ?? long.MaxValue, _entries.Add);
        using var cut = SliceStream.Open(this, start, length);
        using var reader = PcapngReader.Open(cut, leaveOpen: true);
        var described = new int[1];
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
