using MgCap.Capture.Pcapng;

namespace MgCap.Capture.Storage;

/// <summary>A step of a timeline.</summary>
/// <param name="At">Where it starts.</param>
/// <param name="Packets">Packets in it.</param>
/// <param name="WireBytes">Bytes that they had on the wire.</param>
public sealed record TimelinePoint(Timestamp At, long Packets, long WireBytes);

/// <summary>How much there was when.</summary>
/// <param name="From">The start of the first step; null where there are no packets and no times were given.</param>
/// <param name="To">The end of the last step, which is not in it; null likewise.</param>
/// <param name="StepSeconds">The length of a step.</param>
/// <param name="Points">The steps.</param>
public sealed record CaptureTimeline(Timestamp? From, Timestamp? To, double StepSeconds, IReadOnlyList<TimelinePoint> Points)
{
    private const double NanosecondsPerSecond = 1e9;

    // Where stretches lie across steps, so much of the file is read to have each packet in its own step; of more, each stretch
    // is spread evenly over its time.
    private const long MostRead = 16 * 1024 * 1024;

    /// <summary>Makes a timeline.</summary>
    /// <param name="index">The capture's index.</param>
    /// <param name="from">Where it starts; null for the first packet.</param>
    /// <param name="to">Where it ends; null for behind the last packet.</param>
    /// <param name="points">Steps, at most; there are fewer where a step would be shorter than a nanosecond.</param>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static CaptureTimeline Of(CaptureIndex index, Timestamp? from, Timestamp? to, int points)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        if ((from ?? index.FirstPacketAt) is not { Nanoseconds: var start } || (to?.Nanoseconds ?? index.LastPacketAt?.Nanoseconds + 1) is not { } end || end <= start)
            return new CaptureTimeline(from, to, 0, []);
        var steps = new Steps(start, end, points);
        var across = new List<IndexEntry>();
        foreach (var entry in index.Entries.Where(entry => entry.Packets > 0 && entry.LastTime >= start && entry.FirstTime < end))
        {
            if (!steps.TryAddWhole(entry))
                across.Add(entry);
        }

        if (across.Sum(entry => entry.Length) <= MostRead)
            AddPackets(index, across, steps);
        else
            across.ForEach(steps.AddSpread);
        return steps.ToTimeline();
    }

    private static void AddPackets(CaptureIndex index, List<IndexEntry> entries, Steps steps)
    {
        foreach (var entry in entries)
        {
            using var reader = PcapngReader.Open(PartStream.Open(index, entry.Offset, entry.End));
            while (reader.Read())
            {
                if (reader is { BlockKind: PcapngBlockKind.Packet, Packet: { Time: { } time } packet })
                    steps.Add(time.Nanoseconds, packet.OriginalLength);
            }
        }
    }

    private sealed class Steps
    {
        private readonly long _start;
        private readonly long _end;
        private readonly long _step;
        private readonly long[] _packets;
        private readonly long[] _wireBytes;

        internal Steps(long start, long end, int points)
        {
            (_start, _end) = (start, end);
            _step = (end - start + points - 1) / points;
            var count = (int)((end - start + _step - 1) / _step);
            (_packets, _wireBytes) = (new long[count], new long[count]);
        }

        internal void Add(long time, long wireBytes)
        {
            if (time < _start || time >= _end)
                return;
            _packets[(time - _start) / _step]++;
            _wireBytes[(time - _start) / _step] += wireBytes;
        }

        internal bool TryAddWhole(in IndexEntry entry)
        {
            if (entry.FirstTime < _start || entry.LastTime >= _end || (entry.FirstTime - _start) / _step is var at && at != (entry.LastTime - _start) / _step)
                return false;
            _packets[at] += entry.Packets;
            _wireBytes[at] += entry.WireBytes;
            return true;
        }

        /// <summary>In whole packets and bytes, none of them lost between steps.</summary>
        internal void AddSpread(IndexEntry entry)
        {
            var span = (double)(entry.LastTime - entry.FirstTime + 1);
            long Until(long amount, long time) => (long)(amount * Math.Clamp((time - entry.FirstTime) / span, 0, 1));

            var time = Math.Max(entry.FirstTime, _start);
            for (var at = (time - _start) / _step; time < Math.Min(entry.LastTime + 1, _end); at++)
            {
                var next = Math.Min(_start + (at + 1) * _step, _end);
                _packets[at] += Until(entry.Packets, next) - Until(entry.Packets, time);
                _wireBytes[at] += Until(entry.WireBytes, next) - Until(entry.WireBytes, time);
                time = next;
            }
        }

        internal CaptureTimeline ToTimeline() => new(
            new Timestamp(_start), new Timestamp(_end), _step / NanosecondsPerSecond,
            [.. _packets.Select((packets, at) => new TimelinePoint(new Timestamp(_start + at * _step), packets, _wireBytes[at]))]);
    }
}
