namespace MgCap.Linux.Netlink;

/// <summary>A network interface as rtnetlink(7) describes it.</summary>
public sealed record NetworkLink
{
    /// <summary>Its name, 1 to 15 bytes.</summary>
    public required string Name { get; init; }

    /// <summary>Its alternative names (ip-link(8), altname), each 1 to 127 bytes.</summary>
    public IReadOnlyList<string> AltNames { get; init; } = [];

    /// <summary>Its number; it stays when the name changes.</summary>
    public required int Index { get; init; }

    /// <summary>Its ARPHRD_ type (linux/if_arp.h): 1 Ethernet, 772 loopback, 65534 none.</summary>
    public required ushort HardwareType { get; init; }

    /// <summary>Its link-layer address; empty when it has none.</summary>
    public required IReadOnlyList<byte> Address { get; init; }

    /// <summary>Largest payload of a frame in bytes.</summary>
    public required int Mtu { get; init; }

    /// <summary>Whether it is switched on (IFF_UP); a cable need not be plugged in.</summary>
    public required bool IsUp { get; init; }

    /// <summary>Whether it has a carrier.</summary>
    public required bool HasCarrier { get; init; }

    /// <summary>The kind of a virtual interface ("veth", "bridge", "tun", "vlan"); null for others.</summary>
    public required string? Kind { get; init; }

    /// <summary>
    /// The interface right above it, which gets what it receives: the bridge, bond or VRF that it is in. A VLAN or macvlan names
    /// the interface below it instead (<see cref="LowerIndex"/>). 0 for none.
    /// </summary>
    public int MasterIndex { get; init; }

    /// <summary>The interface whose packets it is made of: a VLAN's, a macvlan's or a tunnel's. 0 for none, or one in another network namespace.</summary>
    public int LowerIndex { get; init; }

    /// <summary>Packets received since the interface exists.</summary>
    public required ulong ReceivedPackets { get; init; }

    /// <summary>Bytes received since the interface exists.</summary>
    public required ulong ReceivedBytes { get; init; }

    /// <summary>Packets sent since the interface exists.</summary>
    public required ulong SentPackets { get; init; }

    /// <summary>Bytes sent since the interface exists.</summary>
    public required ulong SentBytes { get; init; }

    /// <summary>Packets that were to be sent and that the device had no room for (tx_dropped).</summary>
    public required ulong UnsentPackets { get; init; }

    /// <summary>What the interface counts of packets that were not received, or not taken by a protocol.</summary>
    public required ReceiveCounters Counters { get; init; }
}

/// <summary>Counters of packets that were not received, or not taken by a protocol, since the interface exists (linux/if_link.h, struct rtnl_link_stats64).</summary>
/// <param name="Dropped">rx_dropped: packets without a protocol handler, which the kernel counts after they could be captured, and packets that the driver threw away.</param>
/// <param name="Missed">rx_missed_errors: packets that the device had no buffer for.</param>
/// <param name="Fifo">rx_fifo_errors: packets that overflowed the device. Some drivers count packets here that they count in <paramref name="Missed"/> as well.</param>
public readonly record struct ReceiveCounters(ulong Dropped, ulong Missed, ulong Fifo);
