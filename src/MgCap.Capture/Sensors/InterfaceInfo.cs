using MgCap.Capture.Engines;
using MgCap.Capture.Interfaces;

namespace MgCap.Capture.Sensors;

/// <summary>A network interface, as the API and the command line say it.</summary>
public sealed record InterfaceInfo
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its number; 0 for "any", which is every interface at once.</summary>
    public required int Index { get; init; }

    /// <summary>Its Ethernet address, lower-case with colons; null when it has none.</summary>
    public required string? Mac { get; init; }

    /// <summary>Largest payload of a frame in bytes; 0 for "any".</summary>
    public required int Mtu { get; init; }

    /// <summary>Whether it is switched on.</summary>
    public required bool Up { get; init; }

    /// <summary>The link's speed in Mbit/s; null where it is not known.</summary>
    public required long? SpeedMbps { get; init; }

    /// <summary>The driver's name; null where it is not known.</summary>
    public required string? Driver { get; init; }

    /// <summary>The kind of a virtual interface (veth, bridge, tun, vlan); null for others.</summary>
    public required string? Kind { get; init; }

    /// <summary>The number of receive queues in use.</summary>
    public required int RxQueues { get; init; }

    /// <summary>What its packets start with, as "tcpdump -L" names it: EN10MB, RAW, LINUX_SLL, IEEE802_11_RADIO and others.</summary>
    public required string LinkType { get; init; }

    /// <summary>The engines, and whether they can be used on it.</summary>
    public required IReadOnlyList<EngineInfo> Engines { get; init; }

    /// <summary>Its hardware time stamping.</summary>
    public required HwtstampInfo Hwtstamp { get; init; }

    /// <summary>Its alternative names (ip-link(8), altname), which are taken wherever its name is.</summary>
    public required IReadOnlyList<string> AltNames { get; init; }

    /// <summary>Says it of one interface.</summary>
    public static InterfaceInfo Of(CaptureInterface of, CaptureEngines engines)
    {
        ArgumentNullException.ThrowIfNull(of);
        ArgumentNullException.ThrowIfNull(engines);
        return new InterfaceInfo
        {
            Name = of.Name,
            Index = of.Index,
            Mac = of.Mac is null ? null : string.Join(':', of.Mac.GetAddressBytes().Select(part => part.ToString("x2", System.Globalization.CultureInfo.InvariantCulture))),
            Mtu = of.Mtu,
            Up = of.Up,
            SpeedMbps = of.SpeedMbps,
            Driver = of.Driver,
            Kind = of.Kind,
            RxQueues = of.RxQueues,
            LinkType = of.LinkType.Name,
            Engines = engines.Status(of),
            Hwtstamp = HwtstampInfo.Of(of),
            AltNames = of.AltNames,
        };
    }
}
