namespace MgCap.Capture.Blocks;

/// <summary>What the packets in a run of blocks come to.</summary>
/// <param name="Packets">How many.</param>
/// <param name="FirstTime">The earliest one's time in nanoseconds; <see cref="long.MaxValue"/> without packets.</param>
/// <param name="LastTime">The latest one's time in nanoseconds; <see cref="long.MinValue"/> without packets.</param>
/// <param name="WireBytes">Bytes that they had on the wire.</param>
public readonly record struct PacketSummary(long Packets, long FirstTime, long LastTime, long WireBytes)
{
    /// <summary>Blocks without packets.</summary>
    public static PacketSummary None { get; } = new(0, long.MaxValue, long.MinValue, 0);
}
