using System.Globalization;

namespace MgCap.Capture.Hwtstamp;

/// <summary>
/// The clock of a device that stamps a capture's packets, beside UTC as CLOCK_REALTIME has it. The packets' times are corrected
/// by what is told here.
/// </summary>
public sealed record CaptureClock
{
    /// <summary>Its name: ptp0 for /dev/ptp0.</summary>
    public required string Device { get; init; }

    /// <summary>How far it is ahead of UTC by the last measurement.</summary>
    public required long OffsetNanoseconds { get; init; }

    /// <summary>The offset may be that much more or less: half the time that the two readings of UTC were apart.</summary>
    public required long UncertaintyNanoseconds { get; init; }

    /// <summary>How much faster than UTC it runs; 0 while that can't be told from 0.</summary>
    public required double DriftPartsPerBillion { get; init; }

    /// <summary>When it was measured last.</summary>
    public required Timestamp MeasuredAt { get; init; }

    /// <summary>How far it was ahead at the first measurement, when the capture began.</summary>
    public required long FirstOffsetNanoseconds { get; init; }

    /// <summary>How often it was measured.</summary>
    public required long Measurements { get; init; }

    /// <summary>How often one of the two clocks was set meanwhile.</summary>
    public required long Steps { get; init; }

    /// <summary>The most by which a measurement found the correction wrong until then, apart from steps.</summary>
    public required long LargestErrorNanoseconds { get; init; }

    /// <summary>TAI minus UTC: the kernel's, or where nobody told the kernel, that since 2017.</summary>
    public required int TaiOffsetSeconds { get; init; }

    /// <summary>Whether it seems to show TAI, as clocks that PTP keeps do: it is ahead of UTC by that many seconds.</summary>
    public required bool LooksLikeTai { get; init; }

    /// <summary>Why the last try to measure it failed; null where it did not.</summary>
    public string? Error { get; init; }

    /// <summary>All that matters, in a line for people.</summary>
    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"clock {Device} {Math.Abs(OffsetNanoseconds) / 1e9:F9} s {(OffsetNanoseconds < 0 ? "behind" : "ahead of")} UTC (± {UncertaintyNanoseconds} ns)"
        + $"{(LooksLikeTai ? ", as TAI is" : "")}, drifting by {DriftPartsPerBillion:F0} ppb, measured {MeasuredAt}; the stamps are corrected to UTC");
}
