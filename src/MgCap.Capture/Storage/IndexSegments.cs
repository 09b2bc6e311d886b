using MgCap.Capture.Blocks;

namespace MgCap.Capture.Storage;

/// <summary>
/// Makes the segments of an index of what is in a file, run of blocks by run of blocks. A segment ends when it is long enough,
/// or when it covers a second; in a capture that goes on for hours a few thousandths of its age, so that a silent
/// interface does not fill an index: days come to some ten thousand segments.
/// </summary>
internal sealed class IndexSegments
{
    internal const int EnoughBytes = 256 * 1024;

    private const long Second = 1_000_000_000;
    private const int PartsOfAge = 4096;

    private readonly Action<IndexEntry> _ended;
    private IndexEntry _current;
    private long _start = long.MaxValue;

    /// <param name="offset">Where in the file it begins.</param>
    /// <param name="packets">Packets before that.</param>
    /// <param name="start">The time of the file's first packet in nanoseconds; <see cref="long.MaxValue"/> without one.</param>
    /// <param name="ended">Takes each segment.</param>
    internal IndexSegments(long offset, long packets, long start, Action<IndexEntry> ended)
    {
        _current = IndexEntry.StartingAt(offset, packets);
        _start = start;
        _ended = ended;
    }

    /// <summary>Adds blocks that follow those before.</summary>
    internal void Add(long length, in PacketSummary packets)
    {
        _start = Math.Min(_start, packets.FirstTime);
        if (_current.Packets > 0 && packets.Packets > 0 && Covers(packets.LastTime))
            EndCurrent();
        _current = _current.With(length, packets);
        if (_current.Packets > 0 && _current.Length >= EnoughBytes)
            EndCurrent();
    }

    /// <summary>Ends the last segment; nothing follows it.</summary>
    internal void Finish()
    {
        if (_current.Length > 0)
            EndCurrent();
    }

    private bool Covers(long upTo) => upTo - _current.FirstTime >= Math.Max(Second, (upTo - _start) / PartsOfAge);

    private void EndCurrent()
    {
        _ended(_current);
        _current = IndexEntry.StartingAt(_current.End, _current.EndPacket);
    }
}
