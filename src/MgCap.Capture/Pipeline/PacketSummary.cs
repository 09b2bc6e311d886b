namespace MgCap.Capture.Pipeline;

/// <summary>What the packets in a run of blocks come to.</summary>
/// <param name="Packets">How many.</param>
/// <param name="FirstTime">The earliest one's time in nanoseconds; <see cref="long.MaxValue"/> without packets.</param>
/// <param name="LastTime">The latest one's time in nanoseconds; <see cref="long.MinValue"/> without packets.</param>
/// <param name="WireBytes">Bytes that they had on the wire.</param>
/// <param name="Descriptions">Where in the run interfaces are described, in bytes from its start.</param>
public readonly record struct PacketSummary(long Packets, long FirstTime, long LastTime, long WireBytes, IReadOnlyList<int> Descriptions)
{
    /// <summary>Blocks without packets and descriptions.</summary>
    public static PacketSummary None { get; } = new(0, long.MaxValue, long.MinValue, 0, []);
}
