using MgCap.Capture.Statistics;

namespace MgCap.Capture.Triggers;

/// <summary>What a capture has counted in the last second. Used by one thread at a time.</summary>
internal sealed class RecentCounts
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    // The first is the newest that is a second old, or the oldest of all.
    private readonly Queue<Reading> _readings = new();

    /// <param name="start">The counters, from which it begins to count.</param>
    /// <param name="at">When they were read (<see cref="TimeProvider.GetTimestamp"/>).</param>
    internal RecentCounts(CaptureStatistics start, long at) => _readings.Enqueue(Reading.Of(start, at));

    /// <summary>Captured packets per second.</summary>
    internal double PacketsPerSecond { get; private set; }

    /// <summary>Their bits on the wire per second.</summary>
    internal double BitsPerSecond { get; private set; }

    /// <summary>Packets lost since the counters were read before.</summary>
    internal long Lost { get; private set; }

    /// <summary>Takes what the counters are now.</summary>
    internal void Add(CaptureStatistics statistics, long at, TimeProvider clock)
    {
        var now = Reading.Of(statistics, at);
        Lost = now.Lost - _readings.Last().Lost;
        _readings.Enqueue(now);
        while (_readings.Count > 2 && clock.GetElapsedTime(_readings.ElementAt(1).At, at) >= _second)
            _readings.Dequeue();
        var first = _readings.Peek();
        // Less than a second is taken for one: what came is no rate yet.
        var seconds = Math.Max(clock.GetElapsedTime(first.At, at).TotalSeconds, 1);
        PacketsPerSecond = (now.Packets - first.Packets) / seconds;
        BitsPerSecond = 8 * (now.WireBytes - first.WireBytes) / seconds;
    }

    private readonly record struct Reading(long At, long Packets, long WireBytes, long Lost)
    {
        internal static Reading Of(CaptureStatistics statistics, long at) =>
            new(at, statistics.Captured, statistics.WireBytes, statistics.Dropped.Nic + statistics.Dropped.Ring + statistics.Dropped.Writer);
    }
}
