using MgCap.Capture.Blocks;

namespace MgCap.Capture.Storage;

/// <summary>A segment of a capture's file: whole blocks, and what the packets in them come to.</summary>
/// <param name="Offset">Where it starts in the file, in bytes.</param>
/// <param name="Length">Its length, in bytes.</param>
/// <param name="FirstPacket">Packets in the file before it.</param>
/// <param name="Packets">Packets in it.</param>
/// <param name="FirstTime">The earliest packet's time in nanoseconds; <see cref="long.MaxValue"/> without packets.</param>
/// <param name="LastTime">The latest packet's time in nanoseconds; <see cref="long.MinValue"/> without packets.</param>
/// <param name="WireBytes">Bytes that the packets had on the wire.</param>
public readonly record struct IndexEntry(
    long Offset, long Length, long FirstPacket, long Packets, long FirstTime, long LastTime, long WireBytes)
{
    /// <summary>Where it ends in the file, in bytes.</summary>
    public long End => Offset + Length;

    /// <summary>Packets in the file up to its end.</summary>
    public long EndPacket => FirstPacket + Packets;

    /// <summary>One that starts here and has nothing in it yet.</summary>
    internal static IndexEntry StartingAt(long offset, long firstPacket) => new(offset, 0, firstPacket, 0, long.MaxValue, long.MinValue, 0);

    /// <summary>The same with further blocks behind it.</summary>
    internal IndexEntry With(long length, in PacketSummary packets) => this with
    {
        Length = Length + length,
        Packets = Packets + packets.Packets,
        FirstTime = Math.Min(FirstTime, packets.FirstTime),
        LastTime = Math.Max(LastTime, packets.LastTime),
        WireBytes = WireBytes + packets.WireBytes,
    };
}
