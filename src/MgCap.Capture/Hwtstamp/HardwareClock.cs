using MgCap.Linux;
using MgCap.Linux.Ptp;

namespace MgCap.Capture.Hwtstamp;

/// <summary>
/// A device's clock, kept track of: measured at the start, then after a second, at growing distances up to ten seconds, and
/// at the end. Between measurements it is looked at every second, so that a step of either clock is followed at once.
/// Measuring has its time on a thread of the pool: some devices take milliseconds to tell theirs.
/// </summary>
public sealed class HardwareClock : IDisposable
{
    private const int DefaultTaiOffsetSeconds = 37;
    private static readonly TimeSpan _lookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _maxInterval = TimeSpan.FromSeconds(10);

    // A clock on UTC or on TAI is nearer to it than this, even one that is badly kept.
    private const long NearTai = 500_000_000;

    private readonly Lock _lock = new();
    private readonly string _name;
    private readonly Func<ClockReading> _read;
    private readonly Action _close;
    private readonly TimeProvider _time;
    private readonly ClockModel _model;
    private readonly ITimer _timer;
    private readonly long _startedAt;
    private readonly long _firstOffset;
    private readonly int _taiOffset;
    private UtcConversion _conversion;
    private TimeSpan _measuredAt;
    private long _measurements = 1;
    private string? _error;
    private bool _closed;

    /// <summary>Measures the clock and keeps measuring it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="close">Called when it is not read any more.</param>
    /// <param name="taiOffset">TAI minus UTC as the kernel has it, in seconds; 0 when nobody told the kernel.</param>
    /// <param name="time">When to measure.</param>
    /// <exception cref="LinuxException">It can't be read; it is not closed then.</exception>
    internal HardwareClock(string name, Func<ClockReading> read, Action close, int taiOffset, TimeProvider time)
    {
        _name = name;
        _read = read;
        _close = close;
        _time = time;
        _taiOffset = taiOffset != 0 ? taiOffset : DefaultTaiOffsetSeconds;
        _model = new ClockModel(read());
        _firstOffset = _model.Last.Offset;
        _conversion = _model.Conversion;
        _startedAt = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Look(), null, _lookInterval, _lookInterval);
    }

    /// <summary>Opens /dev/ptpn.</summary>
    /// <exception cref="LinuxException">It can't be opened, or not be read.</exception>
    public static HardwareClock Open(int index, TimeProvider time)
    {
        var clock = new PtpClock(index);
        try
        {
            return new HardwareClock(clock.Name, clock.Read, clock.Dispose, KernelClock.Read().TaiOffsetSeconds, time);
        }
        catch
        {
            clock.Dispose();
            throw;
        }
    }

    /// <summary>How stamps become UTC now; to be asked for again whenever packets are taken from the rings. Any thread.</summary>
    public UtcConversion Conversion => Volatile.Read(ref _conversion);

    /// <summary>What is known of the clock. Any thread, also after the end.</summary>
    public CaptureClock Read()
    {
        lock (_lock)
        {
            var last = _model.Last;
            return new CaptureClock
            {
                Device = _name,
                OffsetNanoseconds = last.Offset,
                UncertaintyNanoseconds = last.Uncertainty,
                DriftPartsPerBillion = Math.Round(_model.Drift * 1e9, 3),
                MeasuredAt = new Timestamp(last.System),
                FirstOffsetNanoseconds = _firstOffset,
                Measurements = _measurements,
                Steps = _model.Steps,
                LargestErrorNanoseconds = _model.LargestError,
                TaiOffsetSeconds = _taiOffset,
                LooksLikeTai = Math.Abs(last.Offset - _taiOffset * 1_000_000_000L) < NearTai,
                Error = _error,
            };
        }
    }

    /// <summary>Measures now. Nothing happens after the end.</summary>
    internal void Measure() => Look(always: true);

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
        {
            if (_closed)
                return;
            _closed = true;
            _close();
        }
    }

    private void Look(bool always = false)
    {
        lock (_lock)
        {
            if (_closed)
                return;
            try
            {
                var reading = _read();
                _error = null;
                var now = _time.GetElapsedTime(_startedAt);
                if (always || now - _measuredAt >= IntervalAfter(_measuredAt) || _model.IsStep(reading))
                    Adopt(reading, now);
            }
            catch (LinuxException exception)
            {
                // Without its device the capture ends by itself; a clock that fails for a moment is looked at again.
                _error = exception.Message;
            }
        }
    }

    private void Adopt(ClockReading reading, TimeSpan now)
    {
        _measuredAt = now;
        _measurements++;
        _model.Adopt(reading, (long)IntervalAfter(now).TotalNanoseconds);
        Volatile.Write(ref _conversion, _model.Conversion);
    }

    /// <summary>Soon after the start, when the drift is not known; later on seldom.</summary>
    private static TimeSpan IntervalAfter(TimeSpan measurement) =>
        measurement < _lookInterval ? _lookInterval : measurement > _maxInterval ? _maxInterval : measurement;
}
