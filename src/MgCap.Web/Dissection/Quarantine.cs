namespace MgCap.Web.Dissection;

/// <summary>What helpers failed with, and is left alone for a while: slices, and single packets of them.</summary>
/// <param name="clock">Shows when that is over.</param>
/// <param name="time">How long it is.</param>
internal sealed class Quarantine(TimeProvider clock, TimeSpan time)
{
    private const int MaxHeld = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<((string, long, long) Slice, long Packet), DateTimeOffset> _held = [];

    /// <summary>Whether a slice is left alone, or this packet of it.</summary>
    /// <param name="slice">The slice's key.</param>
    /// <param name="packet">The packet's number; 0 for none in particular.</param>
    internal bool Holds((string, long, long) slice, long packet)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
            return (_held.TryGetValue((slice, 0), out var until) && now < until) || (_held.TryGetValue((slice, packet), out until) && now < until);
    }

    /// <summary>Leaves a slice, or one packet of it, alone from now on.</summary>
    /// <param name="slice">The slice's key.</param>
    /// <param name="packet">The packet's number; 0 for the whole slice.</param>
    internal void Add((string, long, long) slice, long packet)
    {
        lock (_lock)
        {
            if (_held.Count >= MaxHeld)
                _held.Clear();
            _held[(slice, packet)] = clock.GetUtcNow() + time;
        }
    }
}
