using MgCap.Capture.Statistics;

namespace MgCap.Web.History;

/// <summary>
/// When a capture lost packets, made from its samples' counters. Its events add up to the counters: where there are more events
/// than are kept, the two of a stage that are closest together become one.
/// </summary>
/// <param name="maxPerStage">How many events of a stage are kept.</param>
public sealed class LossLog(int maxPerStage = 200)
{
    private static readonly LossStage[] _stages = Enum.GetValues<LossStage>();

    // Counters of a loss that goes on may stand still for a sample: the kernel tells of some once a second.
    private const double MaxPause = 2.5;

    private readonly Lock _lock = new();
    private readonly List<LossEvent>[] _events = [.. _stages.Select(_ => new List<LossEvent>())];
    private readonly long[] _known = new long[_stages.Length];
    private double _lastSeconds;

    /// <summary>Every event, by stage and then by time.</summary>
    public IReadOnlyList<LossEvent> Read()
    {
        lock (_lock)
            return [.. _events.SelectMany(events => events)];
    }

    /// <summary>Takes a sample's counters.</summary>
    /// <param name="elapsedSeconds">Time since the capture started; grows from call to call.</param>
    /// <param name="dropped">Packets lost since the capture started.</param>
    /// <returns>Events that began or went on; none where nothing was lost since the last sample.</returns>
    public IReadOnlyList<LossEvent> Add(double elapsedSeconds, DropCounts dropped)
    {
        lock (_lock)
        {
            List<LossEvent>? changed = null;
            foreach (var stage in _stages)
            {
                var count = CountOf(dropped, stage);
                // A device's counter can fall back, when its driver is reset: it is followed from there.
                var more = count - _known[(int)stage];
                _known[(int)stage] = count;
                if (more > 0)
                    (changed ??= []).Add(Note(_events[(int)stage], stage, elapsedSeconds, more));
            }

            _lastSeconds = elapsedSeconds;
            return changed ?? [];
        }
    }

    private LossEvent Note(List<LossEvent> events, LossStage stage, double elapsedSeconds, long more)
    {
        if (events.Count > 0 && elapsedSeconds - events[^1].ToSeconds <= MaxPause)
            return events[^1] = events[^1] with { ToSeconds = elapsedSeconds, Packets = events[^1].Packets + more };
        var added = new LossEvent(stage, _lastSeconds, elapsedSeconds, more);
        events.Add(added);
        if (events.Count > maxPerStage)
            JoinClosest(events);
        return events[^1];
    }

    private static void JoinClosest(List<LossEvent> events)
    {
        var first = 0;
        for (var i = 1; i < events.Count - 1; i++)
        {
            if (PauseAfter(events, i) < PauseAfter(events, first))
                first = i;
        }

        events[first] = events[first] with { ToSeconds = events[first + 1].ToSeconds, Packets = events[first].Packets + events[first + 1].Packets };
        events.RemoveAt(first + 1);
    }

    private static double PauseAfter(List<LossEvent> events, int index) => events[index + 1].FromSeconds - events[index].ToSeconds;

    private static long CountOf(DropCounts dropped, LossStage stage) => stage switch
    {
        LossStage.Nic => dropped.Nic,
        LossStage.Ring => dropped.Ring,
        _ => dropped.Writer,
    };
}
