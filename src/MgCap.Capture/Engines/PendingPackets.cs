using System.Runtime.CompilerServices;

namespace MgCap.Capture.Engines;

/// <summary>A packet that was taken from a ring and not written yet.</summary>
/// <param name="Time">Nanoseconds since 1970-01-01 UTC.</param>
/// <param name="Place">Where in the ring it is.</param>
internal readonly record struct PendingPacket(long Time, uint Place);

/// <summary>
/// Puts packets that are nearly in order of time in order of time: each is moved back past the few that overtook it. Used by
/// the thread that reads the rings; a field of its user, so that a packet costs no look at another object.
/// </summary>
internal struct PendingPackets
{
    // How far back a packet is moved to its place. More can only mean that the clock was set, which no order can mend.
    private const int LongestMove = 4096;

    private PendingPacket[] _packets = new PendingPacket[1024];
    private int _first;
    private int _end;

    public PendingPackets()
    {
    }

    internal readonly bool IsEmpty => _first == _end;

    /// <summary>Those that wait, in order.</summary>
    internal readonly ReadOnlySpan<PendingPacket> All => _packets.AsSpan(_first, _end - _first);

    /// <summary>The time of the packet that comes next; <see cref="long.MaxValue"/> when there is none.</summary>
    internal readonly long NextTime => IsEmpty ? long.MaxValue : _packets[_first].Time;

    /// <summary>Where in the ring the packet is that comes next.</summary>
    internal readonly uint NextPlace => _packets[_first].Place;

    /// <summary>Has room for as many more packets; to be called before they are added.</summary>
    internal void MakeRoom(int count)
    {
        if (_end + count <= _packets.Length)
            return;
        var pending = All;
        var target = pending.Length + count <= _packets.Length / 2 ? _packets : new PendingPacket[2 * (pending.Length + count)];
        pending.CopyTo(target);
        _packets = target;
        _end = pending.Length;
        _first = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(PendingPacket packet)
    {
        var at = _end++;
        var stop = Math.Max(_first, at - LongestMove);
        while (at > stop && _packets[at - 1].Time > packet.Time)
        {
            _packets[at] = _packets[at - 1];
            at--;
        }

        _packets[at] = packet;
    }

    /// <summary>Done with the packet that came next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void RemoveNext()
    {
        _first++;
        if (_first == _end)
            _first = _end = 0;
    }
}
