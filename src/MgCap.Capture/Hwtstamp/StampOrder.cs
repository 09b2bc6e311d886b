using MgCap.Capture.Pipeline;

namespace MgCap.Capture.Hwtstamp;

/// <summary>
/// A ring of packets with a device's time stamps. Implemented by structures, so that a call for each packet costs nothing.
/// Positions grow from packet to packet.
/// </summary>
internal interface IStampedRing
{
    /// <summary>Whether there is a packet that was not gone past.</summary>
    bool HasNext { get; }

    /// <summary>Where the next packet lies; behind the last one where there is none.</summary>
    ulong Position { get; }

    /// <summary>The next packet's time in UTC, in nanoseconds since 1970-01-01.</summary>
    long TimeOfNext(UtcConversion conversion);

    /// <summary>Goes on to the packet after the next.</summary>
    void MoveNext();

    /// <summary>Encodes a packet that was gone past and not released.</summary>
    /// <returns>false when a stop condition is reached and no more is to be written.</returns>
    bool Encode(ulong position, long time, PacketEncoder encoder);

    /// <summary>Gives the packets before a position back.</summary>
    void ReleaseUpTo(ulong position);
}

/// <summary>
/// Puts packets in the order of their device's stamps. A processor takes packets from one receive queue and then from the next,
/// so that its ring has them in the order in which they were taken, which is another than that of their stamps. They stay in
/// their rings until what was stamped before them must be there, too.
/// </summary>
internal sealed class StampOrder<TRing>(TRing[] rings)
    where TRing : struct, IStampedRing
{
    // A device stamps a packet when it arrives, and has it in its own ring until the kernel comes by: the longer the more there are.
    private const long Slack = 20_000_000;

    // A packet that is stamped further ahead than this was stamped before a clock was set back: to wait for it would hold up everything.
    private const long LeastSetBack = 1_000_000;

    private Held[] _held = new Held[1024];
    private int _count;

    /// <summary>Whether packets were gone past that are not encoded yet.</summary>
    internal bool HoldsPackets => _count > 0;

    /// <summary>Takes what the rings have, and encodes what nothing can precede any more.</summary>
    /// <param name="conversion">From the device's time to UTC.</param>
    /// <param name="now">UTC in nanoseconds since 1970-01-01, read before the rings were looked into.</param>
    /// <param name="encoder">Where packets go.</param>
    /// <returns>How many were encoded.</returns>
    internal int Drain(UtcConversion conversion, long now, PacketEncoder encoder)
    {
        for (var i = 0; i < rings.Length; i++)
            Take(i, conversion);
        if (_count == 0)
            return 0;
        _held.AsSpan(0, _count).Sort();
        var given = Give(encoder, _held[_count - 1].Time > now + LeastSetBack ? long.MaxValue : now - Slack);
        if (given == 0)
            return 0;
        _held.AsSpan(given, _count - given).CopyTo(_held);
        _count -= given;
        Release();
        return given;
    }

    private void Take(int ring, UtcConversion conversion)
    {
        ref var from = ref rings[ring];
        while (from.HasNext)
        {
            if (_count == _held.Length)
                Array.Resize(ref _held, 2 * _count);
            _held[_count++] = new Held(from.TimeOfNext(conversion), ring, from.Position);
            from.MoveNext();
        }
    }

    private int Give(PacketEncoder encoder, long due)
    {
        var given = 0;
        while (given < _count && _held[given].Time <= due)
        {
            var packet = _held[given++];
            if (!rings[packet.Ring].Encode(packet.Position, packet.Time, encoder))
                break;
        }

        return given;
    }

    private void Release()
    {
        for (var i = 0; i < rings.Length; i++)
        {
            var upTo = rings[i].Position;
            foreach (var packet in _held.AsSpan(0, _count))
            {
                if (packet.Ring == i)
                    upTo = Math.Min(upTo, packet.Position);
            }

            rings[i].ReleaseUpTo(upTo);
        }
    }

    /// <summary>A packet that is still in its ring.</summary>
    private readonly record struct Held(long Time, int Ring, ulong Position) : IComparable<Held>
    {
        public int CompareTo(Held other)
        {
            var byTime = Time.CompareTo(other.Time);
            return byTime != 0 ? byTime : Position.CompareTo(other.Position);
        }
    }
}
