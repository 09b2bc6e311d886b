namespace MgCap.Capture.Interfaces;

/// <summary>What a captured packet starts with, by the names of tcpdump.org's list of link-layer header types.</summary>
/// <param name="Name">The name without LINKTYPE_.</param>
/// <param name="FileNumber">The number in a file (LINKTYPE_).</param>
/// <param name="PcapNumber">libpcap's number on Linux (DLT_).</param>
public sealed record LinkType(string Name, ushort FileNumber, int PcapNumber)
{
    private const ushort ArphrdEthernet = 1;
    private const ushort ArphrdRawIp = 519;
    internal const ushort ArphrdLoopback = 772;
    private const ushort ArphrdNone = 0xfffe;

    /// <summary>An Ethernet header.</summary>
    public static LinkType Ethernet { get; } = new("EN10MB", 1, 1);

    /// <summary>None: an IPv4 or IPv6 header.</summary>
    public static LinkType RawIp { get; } = new("RAW", 101, 12);

    /// <summary>A header of 16 bytes made up from what the kernel tells about the packet, for devices of any other kind.</summary>
    public static LinkType LinuxCooked { get; } = new("LINUX_SLL", 113, 113);

    /// <summary>Every link type that a capture can have.</summary>
    public static IReadOnlyList<LinkType> All { get; } = [Ethernet, RawIp, LinuxCooked];

    /// <summary>The link type of a device by its ARPHRD_ type (linux/if_arp.h).</summary>
    public static LinkType OfHardware(ushort hardwareType) => hardwareType switch
    {
        ArphrdEthernet or ArphrdLoopback => Ethernet,
        ArphrdNone or ArphrdRawIp => RawIp,
        _ => LinuxCooked,
    };
}
