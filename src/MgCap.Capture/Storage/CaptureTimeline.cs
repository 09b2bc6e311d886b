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

    // Where segments lie across steps, so much of the file is read to have each packet in its own step; of more, each segment
    // is spread evenly over its time.
    private const long MaxRead = 16 * 1024 * 1024;

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
        if ((from ?? index.FirstPacketAt) is not { Nanoseconds: var start } || (to?.Nanoseconds ?? Behind(index.LastPacketAt)) is not { } end || end <= start)
            return new CaptureTimeline(from, to, 0, []);
        var steps = new Steps(start, end, points);
        var across = new List<IndexEntry>();
        foreach (var entry in index.Entries.Where(entry => entry.Packets > 0 && entry.LastTime >= start && entry.FirstTime < end))
        {
            if (!steps.TryAddWhole(entry))
                across.Add(entry);
        }

        if (across.Sum(entry => entry.Length) <= MaxRead)
            AddPackets(index, across, steps);
        else
            across.ForEach(steps.AddSpread);
        return steps.ToTimeline();
    }

    /// <summary>The nanosecond behind a time; the last that there is where there is none behind it.</summary>
    private static long? Behind(Timestamp? time) => time is { Nanoseconds: var last } ? last < long.MaxValue ? last + 1 : last : null;

    private static void AddPackets(CaptureIndex index, List<IndexEntry> entries, Steps steps)
    {
        foreach (var entry in entries)
        {
            using var reader = PcapngReader.Open(SliceStream.Open(index, entry.Offset, entry.End));
            while (reader.Read())
            {
                if (reader is { BlockKind: PcapngBlockKind.Packet, Packet: { Time: { } time } packet })
                    steps.Add(time.Nanoseconds, packet.OriginalLength);
            }
        }
    }

    /// <summary>Steps of one length. Times are counted from the start: between two times there may be more nanoseconds than a long holds.</summary>
    private sealed class Steps
    {
        private readonly long _start;
        private readonly long _end;
        private readonly ulong _step;
        private readonly long[] _packets;
        private readonly long[] _wireBytes;

        internal Steps(long start, long end, int points)
        {
            (_start, _end) = (start, end);
            var length = Since(start, end);
            _step = Quotient(length, (ulong)points);
            var count = (int)Quotient(length, _step);
            (_packets, _wireBytes) = (new long[count], new long[count]);
        }

        internal void Add(long time, long wireBytes)
        {
            if (time < _start || time >= _end)
                return;
            var at = At(time);
            _packets[at]++;
            _wireBytes[at] += wireBytes;
        }

        internal bool TryAddWhole(in IndexEntry entry)
        {
            if (entry.FirstTime < _start || entry.LastTime >= _end || At(entry.FirstTime) is var at && at != At(entry.LastTime))
                return false;
            _packets[at] += entry.Packets;
            _wireBytes[at] += entry.WireBytes;
            return true;
        }

        /// <summary>In whole packets and bytes, none of them lost between steps.</summary>
        internal void AddSpread(IndexEntry entry)
        {
            var first = entry.FirstTime;
            var span = Since(first, entry.LastTime) + 1.0;
            long Until(long amount, long time) => time <= first ? 0 : (long)(amount * Math.Min(Since(first, time) / span, 1));

            // The last time may be the last there is: then there is none behind it, and the packets of that nanosecond are in this one.
            var end = entry.LastTime < _end ? entry.LastTime + 1 : _end;
            var time = Math.Max(first, _start);
            for (var at = At(time); time < end; at++)
            {
                var next = at + 1 < _packets.Length ? StartOf(at + 1) : _end;
                _packets[at] += Until(entry.Packets, next) - Until(entry.Packets, time);
                _wireBytes[at] += Until(entry.WireBytes, next) - Until(entry.WireBytes, time);
                time = next;
            }
        }

        internal CaptureTimeline ToTimeline() => new(
            new Timestamp(_start), new Timestamp(_end), _step / NanosecondsPerSecond,
            [.. _packets.Select((packets, at) => new TimelinePoint(new Timestamp(StartOf(at)), packets, _wireBytes[at]))]);

        private int At(long time) => (int)(Since(_start, time) / _step);

        private long StartOf(int at) => unchecked(_start + (long)((ulong)at * _step));

        private static ulong Since(long start, long time) => unchecked((ulong)time - (ulong)start);

        private static ulong Quotient(ulong dividend, ulong divisor) => dividend / divisor + (dividend % divisor == 0 ? 0UL : 1);
    }
}
