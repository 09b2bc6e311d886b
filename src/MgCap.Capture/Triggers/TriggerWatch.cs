using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Live;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Recent;
using MgCap.Capture.Sensors;

namespace MgCap.Capture.Triggers;

/// <summary>The moment a trigger waited for.</summary>
/// <param name="Trigger">The trigger.</param>
/// <param name="At">When the packet was read from the rings, or the counters were read (<see cref="Stopwatch.GetTimestamp"/>).</param>
/// <param name="Cause">What happened, for people.</param>
public sealed record TriggerMoment(RecorderTrigger Trigger, long At, string Cause)
{
    /// <summary>What is to be saved for it.</summary>
    public SavedSpan Span => SavedSpan.Around(At, Trigger.Before, Trigger.After);
}

/// <summary>
/// Watches a recorder for its triggers: the counters four times a second, packets as they come, as one more client that looks on. A
/// trigger does nothing more until what came of it is saved, and its pause is over.
/// </summary>
public sealed class TriggerWatch : IDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(250);

    private readonly ISensorCapture _capture;
    private readonly Func<TriggerMoment, Task> _handle;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _end = new();

    /// <param name="capture">The recorder.</param>
    /// <param name="live">Where its packets are looked at.</param>
    /// <param name="triggers">What it watches for, each with its filter as it was compiled.</param>
    /// <param name="handle">Saves; it must not fail.</param>
    /// <param name="clock">Tells the time.</param>
    public TriggerWatch(
        ISensorCapture capture, LiveFeed live, IReadOnlyList<(RecorderTrigger Trigger, FileFilter? Filter)> triggers, Func<TriggerMoment, Task> handle, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(live);
        ArgumentNullException.ThrowIfNull(triggers);
        (_capture, _handle, _clock) = (capture, handle, clock);
        var armed = triggers.Select(one => (Trigger: new ArmedTrigger(this, one.Trigger), one.Filter)).ToArray();
        foreach (var (trigger, filter) in armed)
        {
            // What comes from now on is seen.
            if (filter is not null && live.Open() is { } reader)
                _ = Task.Run(() => FollowAsync(trigger, new LiveStream(reader, PacketForm.Pcapng, filter)));
        }

        ArmedTrigger[] counting = [.. armed.Select(one => one.Trigger).Where(trigger => trigger.Counts)];
        if (counting.Length > 0)
            _ = Task.Run(() => CountAsync(counting, new RecentCounts(_capture.ReadStatistics(), _clock.GetTimestamp())));
    }

    /// <summary>Compiles the triggers' filters.</summary>
    /// <param name="triggers">The triggers.</param>
    /// <param name="linkType">What the recorder's packets begin with; null where that is not known, and a filter is compiled when it is.</param>
    /// <param name="compiler">What compiles them.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CaptureRefusedException">filter_invalid, filter_too_slow; the message says which.</exception>
    public static async Task<IReadOnlyList<(RecorderTrigger Trigger, FileFilter? Filter)>> CompileAsync(
        IReadOnlyList<RecorderTrigger> triggers, LinkType? linkType, IFilterCompiler compiler, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(triggers);
        ushort[] linkTypes = linkType is null ? [] : [linkType.FileNumber];
        var compiled = new List<(RecorderTrigger, FileFilter?)>();
        foreach (var trigger in triggers)
        {
            try
            {
                compiled.Add((trigger, trigger.Filter is { } text ? await FileFilter.CompileAsync(text, linkTypes, compiler, cancellation).ConfigureAwait(false) : null));
            }
            catch (CaptureRefusedException exception)
            {
                throw new CaptureRefusedException(exception.Code, $"triggers[{compiled.Count}].filter: {exception.Message}", exception);
            }
        }

        return compiled;
    }

    /// <inheritdoc/>
    public void Dispose() => _end.Cancel();

    private async Task FollowAsync(ArmedTrigger trigger, LiveStream stream)
    {
        using (stream)
        {
            try
            {
                var piece = new ArrayBufferWriter<byte>();
                while (await stream.ReadAsync(piece, _end.Token).ConfigureAwait(false))
                {
                    if (PcapngEncoder.FirstPacketTime(piece.WrittenSpan) is not null)
                        trigger.GoOff(stream.CameAt, $"a packet matches {trigger.Settings.Filter}");
                    piece.ResetWrittenCount();
                }
            }
            catch (OperationCanceledException)
            {
            }
        }
    }

    private async Task CountAsync(ArmedTrigger[] triggers, RecentCounts counts)
    {
        using var timer = new PeriodicTimer(_interval, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
            {
                counts.Add(_capture.ReadStatistics(), _clock.GetTimestamp(), _clock);
                foreach (var trigger in triggers)
                {
                    if (CauseOf(trigger.Settings, counts) is { } cause)
                        trigger.GoOff(Stopwatch.GetTimestamp(), cause);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static string? CauseOf(RecorderTrigger trigger, RecentCounts counts) =>
        counts.PacketsPerSecond >= trigger.PacketsPerSecond ? Say($"{counts.PacketsPerSecond:N0} packets/s")
        : counts.BitsPerSecond >= trigger.BitsPerSecond ? Say($"{counts.BitsPerSecond:N0} bit/s")
        : trigger.Loss && counts.Lost > 0 ? Say($"{counts.Lost:N0} packets lost")
        : null;

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A trigger, and whether it is quiet now.</summary>
    private sealed class ArmedTrigger(TriggerWatch watch, RecorderTrigger settings)
    {
        private readonly Lock _lock = new();
        private Task _handled = Task.CompletedTask;
        private long? _wentOffAt;

        internal RecorderTrigger Settings => settings;

        internal bool Counts => settings.PacketsPerSecond is not null || settings.BitsPerSecond is not null || settings.Loss;

        internal void GoOff(long at, string cause)
        {
            lock (_lock)
            {
                // Not by the packets' times: a clock that is set back would make it quiet for as long.
                if (!_handled.IsCompleted || (_wentOffAt is { } last && watch._clock.GetElapsedTime(last).TotalSeconds < settings.PauseSeconds))
                    return;
                _wentOffAt = watch._clock.GetTimestamp();
                _handled = Task.Run(() => watch._handle(new TriggerMoment(settings, at, cause)));
            }
        }
    }
}
