using MgCap.Linux.Ptp;

namespace MgCap.Capture.Tests.Hwtstamp;

/// <summary>UTC and a device's clock that drifts from it, both under the test's hand. Times in nanoseconds.</summary>
internal sealed class TwoClocks
{
    internal const long Second = 1_000_000_000;
    internal const long TaiAhead = 37 * Second;

    internal long Utc { get; private set; } = 1_800_000_000 * Second;

    internal long Device { get; private set; } = 1_800_000_000 * Second + TaiAhead;

    /// <summary>How much faster than UTC the device's clock runs, 1e-6 for a microsecond a second.</summary>
    internal double Drift { get; set; }

    /// <summary>The width of a reading.</summary>
    internal long Width { get; set; } = 1_000;

    /// <summary>Where in the reading the device's clock is read: 0.5 is half-way, 0 and 1 are as bad as can be.</summary>
    internal double Place { get; set; } = 0.5;

    internal void Pass(long nanoseconds)
    {
        Utc += nanoseconds;
        Device += nanoseconds + (long)Math.Round(nanoseconds * Drift);
    }

    internal void SetDevice(long by) => Device += by;

    internal void SetUtc(long by) => Utc += by;

    internal ClockReading Read()
    {
        var before = Utc - (long)(Width * Place);
        return new ClockReading(before, Device, before + Width);
    }
}
