using MgCap.Capture;

namespace MgCap.Web.History;

/// <summary>A running capture's samples of the last ten minutes, no more than two a second, oldest first.</summary>
public sealed class SampleHistory
{
    /// <summary>How far it goes back, in seconds.</summary>
    public const double KeptSeconds = 600;

    /// <summary>Samples that come faster are thinned to this, in seconds: a chart of ten minutes shows no more.</summary>
    public const double FinestSeconds = 0.5;

    // A tick that comes early by a little is not to cost every second sample.
    private const double Jitter = 0.1;

    private readonly Lock _lock = new();
    private readonly Queue<LiveSample> _samples = new();
    private LiveSample? _newest;

    /// <summary>Takes a sample that is later than all before.</summary>
    public void Add(LiveSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        lock (_lock)
        {
            if (_newest is not null && sample.ElapsedSeconds - _newest.ElapsedSeconds < FinestSeconds - Jitter)
                return;
            _samples.Enqueue(sample);
            _newest = sample;
            while (sample.ElapsedSeconds - _samples.Peek().ElapsedSeconds > KeptSeconds)
                _samples.Dequeue();
        }
    }

    /// <summary>The samples after a moment.</summary>
    /// <param name="since">A kept sample's time, after which the next ones came even if the clock was set back since; or any other time; null for all samples.</param>
    public IReadOnlyList<LiveSample> Read(Timestamp? since)
    {
        lock (_lock)
        {
            if (since is not { } moment)
                return [.. _samples];
            var samples = _samples.ToArray();
            var known = Array.FindLastIndex(samples, sample => sample.At == moment);
            return known >= 0 ? samples[(known + 1)..] : Array.FindAll(samples, sample => sample.At > moment);
        }
    }
}
