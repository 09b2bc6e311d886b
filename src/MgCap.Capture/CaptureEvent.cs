namespace MgCap.Capture;

/// <summary>Something that happened to a capture while it ran, and that who reads its packets should know.</summary>
/// <param name="At">When it was noticed.</param>
/// <param name="What">What happened, one of <see cref="CaptureEventKinds"/>.</param>
/// <param name="Detail">The same for people.</param>
public sealed record CaptureEvent(Timestamp At, string What, string Detail);

/// <summary>What can happen to a capture.</summary>
public static class CaptureEventKinds
{
    /// <summary>The interface was switched off; the capture goes on, and has packets again when it is up.</summary>
    public const string InterfaceDown = "interface_down";

    /// <summary>The interface is up again.</summary>
    public const string InterfaceUp = "interface_up";

    /// <summary>The interface has another name; the capture goes on.</summary>
    public const string InterfaceRenamed = "interface_renamed";

    /// <summary>The interface was removed, moved to another network namespace, or changed its type: its part of the capture ends, and with the last one the capture.</summary>
    public const string InterfaceGone = "interface_gone";

    /// <summary>A recorder's trigger went off, and what it has was saved as a capture.</summary>
    public const string Triggered = "triggered";

    /// <summary>A recorder's trigger went off, and what it has could not be saved.</summary>
    public const string SaveFailed = "save_failed";
}

/// <summary>A capture's events, oldest first. Any thread.</summary>
internal sealed class CaptureEventLog
{
    // An interface that goes up and down all day must not fill the memory.
    private const int Kept = 1000;

    private readonly Lock _lock = new();
    private readonly Queue<CaptureEvent> _events = new();
    private Action<CaptureEvent>? _added;

    /// <summary>The newest thousand.</summary>
    internal IReadOnlyList<CaptureEvent> Read()
    {
        lock (_lock)
            return [.. _events];
    }

    internal void Add(CaptureEvent added)
    {
        lock (_lock)
        {
            _events.Enqueue(added);
            if (_events.Count > Kept)
                _events.Dequeue();
            _added?.Invoke(added);
        }
    }

    /// <summary>Calls a handler with every event, those that were before first; it must be quick and must not fail.</summary>
    internal void Follow(Action<CaptureEvent> handler)
    {
        lock (_lock)
        {
            foreach (var before in _events)
                handler(before);
            _added += handler;
        }
    }
}
