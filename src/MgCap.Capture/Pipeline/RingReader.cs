using MgCap.Capture.Blocks;
using MgCap.Capture.Engines;

namespace MgCap.Capture.Pipeline;

/// <summary>
/// Moves packets from an engine's rings to the encoder until the capture is to end, then what is left in the rings.
/// Runs on a thread of its own. It sleeps while nothing comes, and is woken by full blocks and by time, never by packets.
/// </summary>
internal sealed class RingReader
{
    private const int NoReason = -1;

    // Packets of a look; with fewer, more will be due after a sleep.
    private const int WorthLookingAgain = 1024;

    // Rings give up what they hold within milliseconds; an interface that is gone may not. A slow disk takes its time.
    private static readonly TimeSpan _standstillTimeout = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan _maxUnflushedTime = TimeSpan.FromMilliseconds(20);

    private readonly CaptureSources _sources;
    private readonly PacketEncoder _encoder;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _duration;
    private int _requested = NoReason;

    /// <param name="sources">What is read.</param>
    /// <param name="encoder">Where it goes.</param>
    /// <param name="seconds">The capture's longest duration; 0 for none.</param>
    /// <param name="clock">Measures it.</param>
    internal RingReader(CaptureSources sources, PacketEncoder encoder, double seconds, TimeProvider clock)
    {
        _sources = sources;
        _encoder = encoder;
        _clock = clock;
        _duration = seconds == 0 ? TimeSpan.MaxValue : TimeSpan.FromSeconds(seconds);
    }

    /// <summary>Asks for the end; the first reason counts. Any thread.</summary>
    internal void RequestStop(StopReason reason)
    {
        Interlocked.CompareExchange(ref _requested, (int)reason, NoReason);
        _sources.Wake();
    }

    /// <summary>Reads until the capture ends.</summary>
    /// <returns>Why it ended.</returns>
    internal StopReason Run()
    {
        var reason = ReadUntilStopped();
        _sources.StopReceiving();
        if (_encoder.LimitReached is null)
            reason = DrainRest() ?? reason;
        _encoder.FlushLast();
        return reason;
    }

    private StopReason ReadUntilStopped()
    {
        var started = _clock.GetTimestamp();
        while (true)
        {
            var moved = _sources.Drain(_encoder);
            if (_encoder.LimitReached is { } limit)
                return limit;
            if (Volatile.Read(ref _requested) is not NoReason and var requested)
                return (StopReason)requested;
            var left = _duration - _clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
                return StopReason.Seconds;
            _encoder.CutWhereDue();
            // Under load there is always one more that has just become due: to look again for it alone would take the processor from the device.
            if (moved >= WorthLookingAgain)
                continue;
            // While packets are held back more will follow at once: the buffer may fill up first.
            if (!_sources.HasPending || _encoder.SinceFlush >= _maxUnflushedTime)
                _encoder.Flush();
            switch (_sources.Wait(Milliseconds(left < _encoder.UntilCut ? left : _encoder.UntilCut)))
            {
                case SourceState.InterfaceDown: return StopReason.InterfaceDown;
                case SourceState.Stopped: return StopReason.User;
            }
        }
    }

    /// <returns>The limit that was reached by what was left; null where none was.</returns>
    private StopReason? DrainRest()
    {
        var moved = _clock.GetTimestamp();
        while (!_sources.IsEmpty && _clock.GetElapsedTime(moved) < _standstillTimeout)
        {
            if (_sources.Drain(_encoder) > 0)
                moved = _clock.GetTimestamp();
            else
                _sources.Wait(1);
            if (_encoder.LimitReached is { } limit)
                return limit;
        }

        return null;
    }

    private static int Milliseconds(TimeSpan left) => left == TimeSpan.MaxValue ? -1 : (int)Math.Clamp(Math.Ceiling(left.TotalMilliseconds), 0, 1_000_000);
}
