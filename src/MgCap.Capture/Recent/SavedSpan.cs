using System.Diagnostics;

namespace MgCap.Capture.Recent;

/// <summary>What is saved of a recorder, by when packets came. Their own times can't say that: a clock may be set meanwhile.</summary>
/// <param name="Moment">The time it counts from (<see cref="Stopwatch.GetTimestamp"/>).</param>
/// <param name="Before">How long before it; null for everything that is there.</param>
/// <param name="After">How long after it.</param>
public readonly record struct SavedSpan(long Moment, TimeSpan? Before, TimeSpan After)
{
    /// <summary>What came until now, and comes for some time.</summary>
    /// <param name="before">Seconds before now; null for everything that is there.</param>
    /// <param name="after">Seconds from now on.</param>
    public static SavedSpan FromNow(double? before = null, double after = 0) => Around(Stopwatch.GetTimestamp(), before, after);

    /// <summary>What came before a moment, and comes after it.</summary>
    /// <param name="moment">The time it counts from (<see cref="Stopwatch.GetTimestamp"/>).</param>
    /// <param name="before">Seconds before it; null for everything that is there.</param>
    /// <param name="after">Seconds after it.</param>
    public static SavedSpan Around(long moment, double? before, double after) =>
        new(moment, before is { } seconds ? TimeSpan.FromSeconds(seconds) : null, TimeSpan.FromSeconds(after));

    /// <summary>Whether what came then is older.</summary>
    internal bool IsBehind(long cameAt) => Stopwatch.GetElapsedTime(cameAt, Moment) > Before;

    /// <summary>How long after its end that is; negative before.</summary>
    internal TimeSpan SinceEnd(long at) => Stopwatch.GetElapsedTime(Moment, at) - After;
}
