namespace MgCap.Capture.Tests.Support;

/// <summary>Time that passes when a test says so; timers fire in it, on the test's own thread.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _passed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(() => callback(state), period) { DueAt = _passed + dueTime };
        _timers.Add(timer);
        return timer;
    }

    /// <summary>Lets time pass; a timer fires once at most.</summary>
    internal void Pass(TimeSpan time)
    {
        _passed += time;
        foreach (var timer in _timers.Where(timer => timer.DueAt <= _passed))
            timer.Fire();
    }

    private sealed class ManualTimer(Action fire, TimeSpan period) : ITimer
    {
        internal TimeSpan? DueAt { get; set; }

        internal void Fire()
        {
            DueAt += period;
            fire();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose() => DueAt = null;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
