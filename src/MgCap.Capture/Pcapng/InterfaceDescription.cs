using System.Net.NetworkInformation;

namespace MgCap.Capture.Pcapng;

/// <summary>
/// What an Interface Description Block tells of an interface (draft-ietf-opsawg-pcapng section 4.2).
/// What is null or empty is not written; text is UTF-8, cut at a whole character where it exceeds 65,535 bytes.
/// The clock's resolution is not part of it: MgCap always writes nanoseconds (if_tsresol 9) and reads every resolution to
/// <see cref="Timestamp"/>.
/// </summary>
public sealed record InterfaceDescription
{
    /// <summary>if_name: <c>eth0</c>, or <c>eth0/rx3</c> for a receive queue and <c>eth0/tx</c> for what was sent.</summary>
    public string? Name { get; init; }

    /// <summary>The kind of the packets' outermost header, of the registry of link types; Ethernet is 1.</summary>
    public required ushort LinkType { get; init; }

    /// <summary>The most bytes kept of a packet; 0 is no limit.</summary>
    public uint SnapLength { get; init; }

    /// <summary>if_filter: a filter in the language of pcap-filter(7). A filter kept as anything else is read as null.</summary>
    public string? Filter { get; init; }

    /// <summary>if_speed, in bits per second.</summary>
    public ulong? SpeedBitsPerSecond { get; init; }

    /// <summary>if_hardware: the hardware or its driver.</summary>
    public string? Hardware { get; init; }

    /// <summary>if_os: the operating system of the machine the interface is in.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>if_MACaddr: six bytes; an address of any other length is not written.</summary>
    public PhysicalAddress? MacAddress { get; init; }

    /// <summary>if_description: the interface, for people.</summary>
    public string? Description { get; init; }

    /// <summary>opt_comment: anything, for people; of several the first.</summary>
    public string? Comment { get; init; }
}
