using System.Net.NetworkInformation;
using MgCap.Linux.Ethtool;
using MgCap.Linux.Netlink;

namespace MgCap.Capture.Interfaces;

/// <summary>A network interface as far as capturing is concerned.</summary>
public sealed record CaptureInterface
{
    /// <summary>
    /// All interfaces at once, those that come later among them, as libpcap's device of this name: packets have a header that says which
    /// interface they were seen on. Its number, 0, is no interface's (packet(7), sll_ifindex).
    /// </summary>
    internal static CaptureInterface Any { get; } = new()
    {
        Name = "any",
        Index = 0,
        Mac = null,
        Mtu = 0,
        Up = true,
        SpeedMbps = null,
        Driver = null,
        Kind = null,
        RxQueues = 1,
        HardwareType = 0,
        LinkType = LinkType.LinuxCooked2,
        IsLoopback = false,
        StripsVlanTags = false,
        Timestamping = HardwareTimestamping.None,
        Counters = default,
    };

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its alternative names.</summary>
    public IReadOnlyList<string> AltNames { get; init; } = [];

    /// <summary>Its number; it stays when the name changes.</summary>
    public required int Index { get; init; }

    /// <summary>Its Ethernet address; null when it has none.</summary>
    public required PhysicalAddress? Mac { get; init; }

    /// <summary>Largest payload of a frame in bytes.</summary>
    public required int Mtu { get; init; }

    /// <summary>Whether it is switched on.</summary>
    public required bool Up { get; init; }

    /// <summary>The link's speed in Mbit/s; null where it is not known.</summary>
    public required long? SpeedMbps { get; init; }

    /// <summary>The driver's name; null where it is not known.</summary>
    public required string? Driver { get; init; }

    /// <summary>The kind of a virtual interface; null for others.</summary>
    public required string? Kind { get; init; }

    /// <summary>
    /// Whether it gets its frames from other interfaces within the kernel, which has taken the outer VLAN tag out by then
    /// (rx_handler in __netif_receive_skb_core, net/core/dev.c).
    /// </summary>
    public bool IsStacked => Kind is "bond" or "bridge" or "hsr" or "ipvlan" or "ipvtap" or "macsec" or "macvlan" or "macvtap" or "team" or "vrf";

    /// <summary>
    /// The kernel's queue mapping of what receive queue 0 received: a queue's number plus one, and 0 where the driver did not record
    /// it (skb_record_rx_queue). A veth hands on the mapping that its peer sent with, which is the queue's number itself.
    /// </summary>
    internal int FirstQueueMapping => Kind == "veth" ? 0 : 1;

    /// <summary>Whether it is <see cref="Any"/>.</summary>
    internal bool IsAny => Index == 0;

    /// <summary>Of <see cref="Any"/> the interfaces with a device behind them, as they were when it was looked for: those that count losses.</summary>
    internal IReadOnlyList<CaptureInterface> Devices { get; init; } = [];

    /// <summary>Of <see cref="Any"/> the numbers and names of the interfaces, as they were when it was looked for; null for others.</summary>
    internal string? Members { get; init; }

    /// <summary>The number of receive queues in use, at least 1.</summary>
    public required int RxQueues { get; init; }

    /// <summary>Its ARPHRD_ type (linux/if_arp.h).</summary>
    public required ushort HardwareType { get; init; }

    /// <summary>What its packets start with.</summary>
    public required LinkType LinkType { get; init; }

    /// <summary>Whether it is the loopback device, on which every packet is seen going out and coming in.</summary>
    public required bool IsLoopback { get; init; }

    /// <summary>Whether it takes VLAN tags out of received frames and hands them over beside them.</summary>
    public required bool StripsVlanTags { get; init; }

    /// <summary>Its hardware time stamping.</summary>
    public required HardwareTimestamping Timestamping { get; init; }

    /// <summary>What it has counted since it exists of packets that were not received, or not taken by a protocol.</summary>
    public required ReceiveCounters Counters { get; init; }
}
