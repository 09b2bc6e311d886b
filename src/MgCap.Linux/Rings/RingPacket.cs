namespace MgCap.Linux.Rings;

/// <summary>Which way a packet went, and to whom (packet(7), sll_pkttype).</summary>
public enum PacketType
{
    /// <summary>To this host.</summary>
    Host = 0,
    /// <summary>A link-layer broadcast.</summary>
    Broadcast = 1,
    /// <summary>A link-layer multicast.</summary>
    Multicast = 2,
    /// <summary>To some other host, seen in promiscuous mode.</summary>
    OtherHost = 3,
    /// <summary>Sent by this host.</summary>
    Outgoing = 4,
}

/// <summary>A packet where the kernel put it: borrowed, and gone when its block is released.</summary>
public readonly ref struct RingPacket
{
    /// <summary>The bytes captured, from the link-layer header on (from the network header on in a cooked ring).</summary>
    public required ReadOnlySpan<byte> Data { get; init; }

    /// <summary>Length of the frame on the wire in bytes, without the VLAN tag in <see cref="VlanTag"/>.</summary>
    public required int WireLength { get; init; }

    /// <summary>Which way the packet went.</summary>
    public required PacketType Type { get; init; }

    /// <summary>The 802.1Q or 802.1ad tag that was stripped from the frame, TPID in the high half and TCI in the low; 0 when none was.</summary>
    public required uint VlanTag { get; init; }

    /// <summary>The link-layer protocol number (EtherType).</summary>
    public required ushort Protocol { get; init; }

    /// <summary>The device's ARPHRD_ type.</summary>
    public required ushort HardwareType { get; init; }

    /// <summary>The sender's link-layer address, 0 to 8 bytes.</summary>
    public required ReadOnlySpan<byte> SenderAddress { get; init; }
}
