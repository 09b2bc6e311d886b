namespace MgCap.Linux.Ptp;

/// <summary>A device's clock read between two readings of CLOCK_REALTIME; all in nanoseconds since the epoch of the clock.</summary>
/// <param name="Before">CLOCK_REALTIME before.</param>
/// <param name="Device">The device's clock.</param>
/// <param name="After">CLOCK_REALTIME after.</param>
public readonly record struct ClockReading(long Before, long Device, long After)
{
    /// <summary>Time between the two readings of CLOCK_REALTIME; negative where it was set back between them.</summary>
    public long Width => After - Before;

    /// <summary>CLOCK_REALTIME when the device's clock was read, if that was half-way.</summary>
    public long System => Before + Width / 2;

    /// <summary>How far the device's clock is ahead of CLOCK_REALTIME, give or take <see cref="Uncertainty"/>.</summary>
    public long Offset => Device - System;

    /// <summary>Half the width: the device's clock was read somewhere between the two readings.</summary>
    public long Uncertainty => (Width + 1) / 2;
}
