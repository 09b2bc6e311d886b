namespace MgCap.Capture.Blocks;

/// <summary>
/// Says when a capture's file is full and the next begins. The thread that reads the rings asks, since only there it is known which packet
/// comes next. Time is that of the clock, not of the packets' stamps, which a device may have made: a packet that came within some
/// milliseconds of the moment may be on either side of it.
/// </summary>
internal sealed class FileCuts
{
    // Of a clock that was set back the next multiple may be far away; of one that is slowed down it is a little later.
    private const double AlignedTolerance = 1.05;
    private static readonly TimeSpan _alignedSlack = TimeSpan.FromMilliseconds(50);

    private readonly Rotation _rotation;
    private readonly long _head;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _longest;
    private long _begunAt;
    private DateTimeOffset _next;

    /// <param name="rotation">What was asked for.</param>
    /// <param name="head">Bytes that every file begins with.</param>
    /// <param name="clock">Tells the time.</param>
    internal FileCuts(Rotation rotation, long head, TimeProvider clock)
    {
        (_rotation, _head, _clock) = (rotation, head, clock);
        _longest = rotation.Align ? TimeSpan.FromSeconds(rotation.Seconds * AlignedTolerance) + _alignedSlack : TimeSpan.FromSeconds(rotation.Seconds);
        Packets = rotation.Packets == 0 ? long.MaxValue : rotation.Packets;
        Begin();
    }

    /// <summary>How many packets a file may have.</summary>
    internal long Packets { get; }

    /// <summary>Bytes that the file may still have; large where it has no limit.</summary>
    internal long BytesLeft { get; private set; }

    /// <summary>How long until the file's time is up, not above zero when it is; <see cref="TimeSpan.MaxValue"/> where it has none.</summary>
    internal TimeSpan Left
    {
        get
        {
            if (_rotation.Seconds == 0)
                return TimeSpan.MaxValue;
            var left = _longest - _clock.GetElapsedTime(_begunAt);
            return _rotation.Align && _next - _clock.GetUtcNow() is var untilNext && untilNext < left ? untilNext : left;
        }
    }

    /// <summary>Whether the file is full with so many bytes more.</summary>
    internal bool IsFull(int length) => length >= BytesLeft;

    /// <summary>Says that so many bytes went to the file.</summary>
    internal void Add(int length) => BytesLeft -= length;

    /// <summary>A file begins.</summary>
    internal void Begin()
    {
        // Half of what there is: nobody adds to that and meets its end.
        BytesLeft = _rotation.Bytes == 0 ? long.MaxValue / 2 : _rotation.Bytes - _head;
        if (_rotation.Seconds == 0)
            return;
        _begunAt = _clock.GetTimestamp();
        if (_rotation.Align)
            _next = NextMultiple(_clock.GetUtcNow() - DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(_rotation.Seconds));
    }

    private static DateTimeOffset NextMultiple(TimeSpan now, TimeSpan interval) => DateTimeOffset.UnixEpoch.AddTicks(((now.Ticks / interval.Ticks) + 1) * interval.Ticks);
}
