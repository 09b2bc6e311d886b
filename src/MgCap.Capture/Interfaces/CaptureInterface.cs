using System.Net.NetworkInformation;
using MgCap.Linux.Ethtool;

namespace MgCap.Capture.Interfaces;

/// <summary>A network interface as far as capturing is concerned.</summary>
public sealed record CaptureInterface
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

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

    /// <summary>The number of receive queues in use, at least 1.</summary>
    public required int RxQueues { get; init; }

    /// <summary>What its packets start with.</summary>
    public required LinkType LinkType { get; init; }

    /// <summary>Whether it is the loopback device, on which every packet is seen going out and coming in.</summary>
    public required bool IsLoopback { get; init; }

    /// <summary>Whether it takes VLAN tags out of received frames and hands them over beside them.</summary>
    public required bool TakesVlanTagsOut { get; init; }

    /// <summary>Its hardware time stamping.</summary>
    public required HardwareTimestamping Timestamping { get; init; }

    /// <summary>Packets it lost since it exists, before anything could capture them.</summary>
    public required ulong LostPackets { get; init; }
}
