using MgCap.Capture.Blocks;

namespace MgCap.Capture.Engines.Ordering;

/// <summary>
/// A ring that gives its packets in order of time, as far as it has them. Implemented by structures, so that a call for each packet
/// costs nothing.
/// </summary>
internal interface IOrderedRing
{
    /// <summary>Whether there is a packet that was not gone past.</summary>
    bool HasNext { get; }

    /// <summary>The next packet's time in nanoseconds since 1970-01-01 UTC; <see cref="long.MaxValue"/> where there is none.</summary>
    long NextTime { get; }

    /// <summary>Whether a packet is known that has a later time than this.</summary>
    bool HasLater(long time);

    /// <summary>Encodes the next packet.</summary>
    /// <returns>false when a stop condition is reached and no more is to be written.</returns>
    bool Encode(PacketEncoder encoder);

    /// <summary>Goes on to the packet after the next.</summary>
    void MoveNext();

    /// <summary>Gives the room of packets that were gone past back to the kernel.</summary>
    void Release();
}
