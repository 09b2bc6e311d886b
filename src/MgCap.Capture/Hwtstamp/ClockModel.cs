using MgCap.Linux.Ptp;

namespace MgCap.Capture.Hwtstamp;

/// <summary>
/// What follows from readings of a device's clock: how its stamps become UTC, how fast it drifts, whether it was set.
/// Arithmetic only.
/// </summary>
internal sealed class ClockModel
{
    // Beyond what readings leave open. Clocks that nobody sets drift by less than this, also while they are being steered.
    private const long MinStep = 20_000;
    private const double LargestDrift = 500e-6;

    // Two readings nearer to each other say little about the rate.
    private const long MinBase = 5_000_000_000;

    private readonly List<ClockReading> _base = [];

    internal ClockModel(ClockReading first) => SetTo(first);

    /// <summary>How stamps become UTC from the last reading on.</summary>
    internal UtcConversion Conversion { get; private set; } = null!;

    /// <summary>The reading that was adopted last.</summary>
    internal ClockReading Last => _base[^1];

    /// <summary>How much faster than CLOCK_REALTIME the device's clock runs: 1e-6 is a microsecond a second. 0 while it can't be told from 0.</summary>
    internal double Drift { get; private set; }

    /// <summary>How often either clock was set.</summary>
    internal long Steps { get; private set; }

    /// <summary>The largest error that a measurement found in what was computed until then, in nanoseconds, without those of steps.</summary>
    internal long LargestError { get; private set; }

    /// <summary>Whether the reading lies where drifting alone could not have brought the clocks.</summary>
    internal bool IsStep(ClockReading reading) =>
        Math.Abs(Error(reading)) > MinStep + reading.Uncertainty + Last.Uncertainty + LargestDrift * Math.Abs(reading.System - Last.System);

    /// <summary>
    /// Reckons with a reading from here on. An error is made good bit by bit until the next reading, so that time goes on
    /// without a gap and never backward; the step of a clock that was set is followed at once.
    /// </summary>
    /// <param name="reading">Later than those before.</param>
    /// <param name="untilNext">Nanoseconds until the next one is to be expected.</param>
    internal void Adopt(ClockReading reading, long untilNext)
    {
        if (IsStep(reading))
        {
            Steps++;
            SetTo(reading);
            return;
        }

        var error = Error(reading);
        LargestError = Math.Max(LargestError, Math.Abs(error));
        Drift = MeasureDrift(reading);
        var made = (double)error / untilNext;
        Conversion = new UtcConversion(reading.Device, Conversion.CorrectionAt(reading.Device), Conversion.Rate, made - Drift);
    }

    /// <summary>By how much the correction is too small at a reading, in nanoseconds.</summary>
    private long Error(ClockReading reading) => -reading.Offset - Conversion.CorrectionAt(reading.Device);

    private void SetTo(ClockReading reading)
    {
        _base.Clear();
        _base.Add(reading);
        // A step says nothing about the rate.
        Conversion = new UtcConversion(reading.Device, -reading.Offset, -Drift, -Drift);
    }

    private double MeasureDrift(ClockReading reading)
    {
        _base.Add(reading);
        while (_base.Count > 2 && reading.System - _base[1].System >= MinBase)
            _base.RemoveAt(0);
        var first = _base[0];
        double elapsed = reading.System - first.System;
        var drift = (reading.Offset - first.Offset) / elapsed;
        // Less than the readings leave open is no drift: to go on with it would add an error, not take one away.
        return Math.Abs(drift) > (first.Uncertainty + reading.Uncertainty) / elapsed ? drift : 0;
    }
}
