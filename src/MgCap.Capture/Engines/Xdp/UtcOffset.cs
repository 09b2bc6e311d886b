using System.Diagnostics;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>
/// What lies between the monotonic clock and UTC, in nanoseconds. Both run at the same rate; it changes when the clock is set
/// and with a leap second.
/// </summary>
internal static class UtcOffset
{
    // What two readings may differ by without a step between them, beside what reading took.
    private const long MinStep = 20_000;

    private const int Readings = 3;

    /// <summary>UTC between two readings of the monotonic clock.</summary>
    internal readonly record struct Reading(long Before, long Utc, long After)
    {
        internal long Width => After - Before;

        internal long Offset => Utc - Before - Width / 2;
    }

    /// <summary>Reads both clocks: the narrowest of a few readings, as the thread may be held up in between.</summary>
    internal static Reading Read()
    {
        var best = ReadOnce();
        for (var i = 1; i < Readings; i++)
        {
            if (ReadOnce() is var reading && reading.Width < best.Width)
                best = reading;
        }

        return best;
    }

    /// <summary>The offset from now on: the old one, unless the reading is further from it than it is wide.</summary>
    internal static long Update(long current, Reading reading) =>
        Math.Abs(reading.Offset - current) > MinStep + reading.Width ? reading.Offset : current;

    private static Reading ReadOnce()
    {
        var before = Stopwatch.GetTimestamp();
        var utc = Timestamp.MachineNow();
        return new Reading(before, utc, Stopwatch.GetTimestamp());
    }
}
