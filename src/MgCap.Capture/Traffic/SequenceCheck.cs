using MgCap.Capture.Pcapng;

namespace MgCap.Capture.Traffic;

/// <summary>
/// Reads the numbers of packets that were sent by <see cref="TrafficSender"/>, in the order of their arrival, and tells which
/// were lost, doubled or overtaken. Not thread-safe.
/// </summary>
public sealed class SequenceCheck
{
    private readonly SortedDictionary<int, Track> _tracks = [];

    /// <summary>Frames that no sender of ours sent.</summary>
    public long Foreign { get; private set; }

    /// <summary>What arrived, by the sending thread.</summary>
    public IReadOnlyList<SequenceCount> Threads => [.. _tracks.Select(track => track.Value.Count(track.Key))];

    /// <summary>Reads a file. Packets that were kept to less than 80 bytes may have lost their number.</summary>
    /// <exception cref="PcapngFormatException">The file is damaged.</exception>
    public static SequenceCheck OfFile(string path)
    {
        var check = new SequenceCheck();
        using var reader = PcapngReader.Open(path);
        while (reader.Read())
        {
            if (reader.BlockKind == PcapngBlockKind.Packet)
                check.Add(reader.Packet.Data);
        }

        return check;
    }

    /// <summary>Takes note of an Ethernet frame.</summary>
    public void Add(ReadOnlySpan<byte> frame)
    {
        if (!TrafficPayload.TryRead(frame, out var thread, out var sequence))
        {
            Foreign++;
            return;
        }

        if (!_tracks.TryGetValue(thread, out var track))
            _tracks.Add(thread, track = new Track());
        track.Add(sequence);
    }

    /// <summary>The packets of one thread: a bit for each number, in pages that are made when a number falls into them.</summary>
    private sealed class Track
    {
        private const int PageBits = 1 << 16;
        private const int WordBits = 64;

        private readonly Dictionary<ulong, ulong[]> _pages = [];
        private long _received, _distinct, _outOfOrder;
        private ulong _first = ulong.MaxValue, _last;

        internal void Add(ulong sequence)
        {
            _received++;
            if (!_pages.TryGetValue(sequence / PageBits, out var page))
                _pages.Add(sequence / PageBits, page = new ulong[PageBits / WordBits]);
            ref var word = ref page[sequence % PageBits / WordBits];
            var bit = 1UL << (int)(sequence % WordBits);
            if ((word & bit) != 0)
                return;
            word |= bit;
            if (_distinct++ > 0 && sequence < _last)
                _outOfOrder++;
            _first = Math.Min(_first, sequence);
            _last = Math.Max(_last, sequence);
        }

        internal SequenceCount Count(int thread) => new(thread, _received, _received - _distinct, _outOfOrder, _first, _last);
    }
}

/// <summary>What arrived of one thread's packets.</summary>
/// <param name="Thread">The thread's number.</param>
/// <param name="Received">Packets that arrived, doubled ones included.</param>
/// <param name="Doubled">Packets that had arrived before.</param>
/// <param name="OutOfOrder">Packets that arrived, for the first time, after one with a higher number.</param>
/// <param name="First">The lowest number that arrived.</param>
/// <param name="Last">The highest number that arrived.</param>
public sealed record SequenceCount(int Thread, long Received, long Doubled, long OutOfOrder, ulong First, ulong Last)
{
    /// <summary>Numbers below the highest that did not arrive. A caller that knows how many were sent asks <see cref="LostOf"/>.</summary>
    public long Lost => LostOf((long)Last + 1);

    /// <summary>How many of so many sent packets did not arrive.</summary>
    public long LostOf(long sent) => sent - (Received - Doubled);
}
