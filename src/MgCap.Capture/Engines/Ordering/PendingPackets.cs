using System.Runtime.CompilerServices;

namespace MgCap.Capture.Engines.Ordering;

/// <summary>A packet that was taken from a ring and not written yet.</summary>
/// <param name="Time">Nanoseconds since 1970-01-01 UTC.</param>
/// <param name="Place">Where in the ring it is.</param>
internal readonly record struct PendingPacket(long Time, uint Place) : IComparable<PendingPacket>
{
    /// <summary>By time; of equal times by place, whose 32 bits may have wrapped between the two.</summary>
    public int CompareTo(PendingPacket other)
    {
        var byTime = Time.CompareTo(other.Time);
        return byTime != 0 ? byTime : ((int)(Place - other.Place)).CompareTo(0);
    }
}

/// <summary>
/// Puts packets that are nearly in order of time in order of time: each is moved back past the few that overtook it; where it is more
/// than a few, all are sorted. Used by the thread that reads the rings; a field of its user, so that a packet costs no look at another
/// object.
/// </summary>
internal struct PendingPackets
{
    // Of 16 bytes each; to move a packet further back costs more than to sort now and then.
    private const int MaxMove = 64;

    private PendingPacket[] _packets = new PendingPacket[1024];
    private int _first;
    private int _end;
    private bool _unsorted;

    public PendingPackets()
    {
    }

    internal readonly bool IsEmpty => _first == _end;

    /// <summary>Those that wait, in order.</summary>
    internal readonly ReadOnlySpan<PendingPacket> All => _packets.AsSpan(_first, _end - _first);

    /// <summary>The time of the packet that comes next; <see cref="long.MaxValue"/> when there is none.</summary>
    internal readonly long NextTime => IsEmpty ? long.MaxValue : _packets[_first].Time;

    /// <summary>The time of the packet that comes last; <see cref="long.MinValue"/> when there is none.</summary>
    internal readonly long LastTime => IsEmpty ? long.MinValue : _packets[_end - 1].Time;

    /// <summary>Where in the ring the packet is that comes next.</summary>
    internal readonly uint NextPlace => _packets[_first].Place;

    /// <summary>Has room for as many more packets; to be called before they are added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void MakeRoom(int count)
    {
        if (_end + count > _packets.Length)
            Grow(count);
    }

    /// <summary>Adds a packet; <see cref="Settle"/> is to be called before the next is asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(PendingPacket packet)
    {
        var at = _end++;
        var stop = Math.Max(_first, at - MaxMove);
        while (at > stop && _packets[at - 1].Time > packet.Time)
        {
            _packets[at] = _packets[at - 1];
            at--;
        }

        _packets[at] = packet;
        if (at == stop && at > _first && _packets[at - 1].Time > packet.Time)
            _unsorted = true;
    }

    /// <summary>Has what was added in order.</summary>
    internal void Settle()
    {
        if (!_unsorted)
            return;
        _packets.AsSpan(_first, _end - _first).Sort();
        _unsorted = false;
    }

    /// <summary>Done with the packet that came next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void RemoveNext()
    {
        _first++;
        if (_first == _end)
            _first = _end = 0;
    }

    /// <summary>How far behind a place the first place is of those that wait; places wrap, how far each is behind does not.</summary>
    internal readonly uint FarthestBehind(uint place)
    {
        uint behind = 0;
        foreach (var packet in All)
            behind = Math.Max(behind, place - packet.Place);
        return behind;
    }

    private void Grow(int count)
    {
        var pending = All;
        var target = pending.Length + count <= _packets.Length / 2 ? _packets : new PendingPacket[2 * (pending.Length + count)];
        pending.CopyTo(target);
        _packets = target;
        _end = pending.Length;
        _first = 0;
    }
}
