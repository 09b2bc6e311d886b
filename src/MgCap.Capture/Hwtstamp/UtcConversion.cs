using System.Runtime.CompilerServices;

namespace MgCap.Capture.Hwtstamp;

/// <summary>
/// From what a device's clock showed to UTC: two lines that meet where the clock was measured last. It never changes; a new
/// measurement makes a new one. Time does not go backward along it, nor, but for rounding to a nanosecond, from one to the next
/// unless a clock was set.
/// </summary>
/// <param name="measuredAt">What the device's clock showed at the last measurement, in nanoseconds; the lines meet there.</param>
/// <param name="correction">What is added to it there, in nanoseconds.</param>
/// <param name="rateBefore">Change of that for each nanosecond of the device's clock, before the measurement.</param>
/// <param name="rate">The same since.</param>
public sealed class UtcConversion(long measuredAt, long correction, double rateBefore, double rate)
{
    /// <summary>Change of the correction for each nanosecond of the device's clock, since the last measurement.</summary>
    internal double Rate { get; } = rate;

    /// <summary>UTC in nanoseconds since 1970-01-01, when the device's clock showed <paramref name="stamp"/> nanoseconds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ToUtc(long stamp) => stamp + CorrectionAt(stamp);

    /// <summary>What is to be added to the device's stamp to get UTC, in nanoseconds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long CorrectionAt(long stamp)
    {
        var since = stamp - measuredAt;
        return correction + (long)(since * (since < 0 ? rateBefore : Rate));
    }
}
