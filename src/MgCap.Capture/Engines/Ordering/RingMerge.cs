using System.Runtime.CompilerServices;
using MgCap.Capture.Blocks;

namespace MgCap.Capture.Engines.Ordering;

/// <summary>The packets of several rings in one order of time. Used by the thread that reads the rings.</summary>
internal interface IRingMerge
{
    /// <summary>Whether a ring has a packet that was not encoded.</summary>
    bool HasPending { get; }

    /// <summary>Whether a packet is known that has a later time than this, in nanoseconds since 1970-01-01 UTC.</summary>
    bool HasLater(long time);

    /// <summary>The time of the packet that comes next; <see cref="long.MaxValue"/> where there is none.</summary>
    long NextTime { get; }

    /// <summary>Encodes the packets that are due. Their room goes back to the kernel now and then, and with <see cref="Release"/>.</summary>
    /// <param name="encoder">Where they go.</param>
    /// <param name="due">The latest time that is due, in nanoseconds since 1970-01-01 UTC (<see cref="DueTime"/>).</param>
    /// <returns>How many there were.</returns>
    int Merge(PacketEncoder encoder, long due);

    /// <summary>Gives the room of packets that were encoded back to the kernel.</summary>
    void Release();
}

/// <inheritdoc cref="IRingMerge"/>
/// <typeparam name="TRing">The rings' type; a structure, for which the code is compiled apart.</typeparam>
/// <param name="rings">The rings, at least one.</param>
/// <param name="releaseEvery">Packets that are encoded before their room goes back to the kernel, however many more there are.</param>
internal sealed class RingMerge<TRing>(TRing[] rings, int releaseEvery) : IRingMerge
    where TRing : struct, IOrderedRing
{
    private readonly int _releaseEvery = releaseEvery;
    private int _left = releaseEvery;

    /// <inheritdoc/>
    public bool HasPending
    {
        get
        {
            foreach (ref readonly var ring in rings.AsSpan())
            {
                if (ring.HasNext)
                    return true;
            }

            return false;
        }
    }

    /// <inheritdoc/>
    public bool HasLater(long time)
    {
        foreach (ref readonly var ring in rings.AsSpan())
        {
            if (ring.HasLater(time))
                return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public long NextTime
    {
        get
        {
            var earliest = long.MaxValue;
            foreach (ref readonly var ring in rings.AsSpan())
                earliest = Math.Min(earliest, ring.NextTime);
            return earliest;
        }
    }

    // Optimised from the first packet on: the compiler's quick first version takes four times as long, and stays for a second under load.
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Merge(PacketEncoder encoder, long due)
    {
        var moved = 0;
        var left = _left;
        var goOn = true;
        while (goOn)
        {
            // The ring with the earliest packet gives until another one's is earlier.
            var first = 0;
            var earliest = rings[0].NextTime;
            var until = due;
            for (var i = 1; i < rings.Length; i++)
            {
                var time = rings[i].NextTime;
                until = Math.Min(until, Math.Max(time, earliest));
                if (time < earliest)
                    (first, earliest) = (i, time);
            }

            ref var ring = ref rings[first];
            if (earliest > due || !ring.HasNext)
                break;
            do
            {
                goOn = ring.Encode(encoder);
                ring.MoveNext();
                moved++;
            }
            while (goOn && --left > 0 && ring.HasNext && ring.NextTime <= until);
            if (left > 0)
                continue;
            Release();
            left = _releaseEvery;
        }

        _left = left;
        return moved;
    }

    /// <inheritdoc/>
    public void Release()
    {
        _left = _releaseEvery;
        foreach (ref var ring in rings.AsSpan())
            ring.Release();
    }
}
