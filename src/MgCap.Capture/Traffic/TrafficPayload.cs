using System.Buffers.Binary;

namespace MgCap.Capture.Traffic;

/// <summary>
/// What a sent packet says of itself at the start of its UDP payload, in network byte order; zeros follow up to the frame's length.
/// <code>
///  0               8                16        18
///  +---------------+----------------+---------+
///  |   "MgCapGen"  |    sequence    | thread  |
///  +---------------+----------------+---------+
/// </code>
/// It just fits an IPv4 frame of 60 bytes.
/// </summary>
public static class TrafficPayload
{
    /// <summary>Its length in bytes.</summary>
    public const int Length = 18;

    internal const int SequenceOffset = 8;
    internal const int ThreadOffset = 16;

    private const int EthernetLength = 14;
    private const int TagLength = 4;
    private const int UdpLength = 8;
    private const int IPv4Length = 20;
    private const int IPv6Length = 40;
    private const int UdpProtocol = 17;

    internal static ReadOnlySpan<byte> Magic => "MgCapGen"u8;

    /// <summary>Reads it from an Ethernet frame, with VLAN tags or without, that may have been cut behind it.</summary>
    /// <returns>False when the frame is of somebody else.</returns>
    public static bool TryRead(ReadOnlySpan<byte> frame, out int thread, out ulong sequence)
    {
        (thread, sequence) = (0, 0);
        var payload = UdpPayload(frame);
        if (payload.Length < Length || !payload.StartsWith(Magic))
            return false;
        sequence = BinaryPrimitives.ReadUInt64BigEndian(payload[SequenceOffset..]);
        thread = BinaryPrimitives.ReadUInt16BigEndian(payload[ThreadOffset..]);
        return true;
    }

    internal static void Write(Span<byte> payload, int thread)
    {
        Magic.CopyTo(payload);
        BinaryPrimitives.WriteUInt16BigEndian(payload[ThreadOffset..], (ushort)thread);
    }

    private static ReadOnlySpan<byte> UdpPayload(ReadOnlySpan<byte> frame)
    {
        var network = EthernetLength;
        while (TypeBefore(frame, network) is 0x8100 or 0x88a8)
            network += TagLength;
        var (length, protocol) = TypeBefore(frame, network) switch
        {
            0x0800 => (IPv4Length, 9),
            0x86dd => (IPv6Length, 6),
            _ => (0, 0),
        };
        return length > 0 && frame.Length >= network + length + UdpLength && frame[network + protocol] == UdpProtocol
            ? frame[(network + length + UdpLength)..]
            : [];
    }

    private static int TypeBefore(ReadOnlySpan<byte> frame, int offset) =>
        frame.Length < offset ? 0 : BinaryPrimitives.ReadUInt16BigEndian(frame[(offset - sizeof(ushort))..]);
}
