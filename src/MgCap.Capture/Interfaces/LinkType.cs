namespace MgCap.Capture.Interfaces;

/// <summary>What a captured packet starts with, by the names of "tcpdump -L" (pcap-linktype(7)).</summary>
/// <param name="Name">libpcap's name without DLT_.</param>
/// <param name="FileNumber">The number in a file (LINKTYPE_).</param>
/// <param name="PcapNumber">libpcap's number on Linux (DLT_).</param>
/// <param name="CookedLength">
/// The length in bytes of a header that is made from what the kernel reports beside the packet (SOCK_DGRAM in packet(7)): that of
/// LINKTYPE_LINUX_SLL or of LINKTYPE_LINUX_SLL2. 0 where packets have one of their own.
/// </param>
public sealed record LinkType(string Name, ushort FileNumber, int PcapNumber, int CookedLength = 0)
{
    private const int Cooked = 16, CookedOfInterface = 20;

    internal const ushort ArphrdLoopback = 772;

    /// <summary>An Ethernet header.</summary>
    public static LinkType Ethernet { get; } = Same("EN10MB", 1);

    /// <summary>None: an IPv4 or IPv6 header.</summary>
    public static LinkType RawIp { get; } = new("RAW", 101, 12);

    /// <summary>A cooked header, for devices of any kind that is not listed here.</summary>
    public static LinkType LinuxCooked { get; } = Same("LINUX_SLL", 113, Cooked);

    /// <summary>A cooked header that says which interface the packet was seen on, for captures of all of them.</summary>
    public static LinkType LinuxCooked2 { get; } = Same("LINUX_SLL2", 276, CookedOfInterface);

    /// <summary>A CAN bus's header (linux/can.h), its identifier in network byte order.</summary>
    public static LinkType Can { get; } = Same("CAN_SOCKETCAN", 227);

    private static readonly LinkType _ieee802 = Same("IEEE802", 6);
    private static readonly LinkType _fibreChannel = Same("FC_2", 224);

    // The ARPHRD_ types of linux/if_arp.h, as libpcap maps them (map_arphrd_to_dlt in pcap-linux.c). 519 is what rmnet devices are.
    private static readonly Dictionary<ushort, LinkType> _ofHardware = new()
    {
        [1] = Ethernet,
        [23] = Ethernet,
        [ArphrdLoopback] = Ethernet,
        [2] = Same("EN3MB", 2),
        [3] = Same("AX25_KISS", 202),
        [4] = Same("PRONET", 4),
        [5] = Same("CHAOS", 5),
        [6] = _ieee802,
        [800] = _ieee802,
        [7] = Same("ARCNET_LINUX", 129),
        [18] = Same("IP_OVER_FC", 122),
        [280] = Can,
        [513] = Same("C_HDLC", 104),
        [770] = Same("FRELAY", 107),
        [773] = Same("LTALK", 114),
        [774] = Same("FDDI", 10),
        [783] = Same("LINUX_IRDA", 144, Cooked),
        [784] = _fibreChannel,
        [785] = _fibreChannel,
        [786] = _fibreChannel,
        [787] = _fibreChannel,
        [801] = Same("IEEE802_11", 105),
        [802] = Same("PRISM_HEADER", 119),
        [803] = Same("IEEE802_11_RADIO", 127),
        [804] = Same("IEEE802_15_4_NOFCS", 230),
        [824] = Same("NETLINK", 253, Cooked),
        [826] = Same("VSOCK", 271),
        [8445] = Same("LINUX_LAPD", 177, Cooked),
        [15] = RawIp,
        [256] = RawIp,
        [257] = RawIp,
        [258] = RawIp,
        [259] = RawIp,
        [264] = RawIp,
        [518] = RawIp,
        [519] = RawIp,
        [768] = RawIp,
        [776] = RawIp,
        [0xfffe] = RawIp,
    };

    /// <summary>Every link type that a capture can have.</summary>
    public static IReadOnlyList<LinkType> All { get; } = [.. _ofHardware.Values.Append(LinuxCooked).Append(LinuxCooked2).Distinct()];

    /// <summary>Whether the header is a cooked one.</summary>
    internal bool IsCooked => CookedLength > 0;

    /// <summary>The link type of a device by its ARPHRD_ type (linux/if_arp.h).</summary>
    public static LinkType OfHardware(ushort hardwareType) => _ofHardware.GetValueOrDefault(hardwareType, LinuxCooked);

    private static LinkType Same(string name, ushort number, int cookedLength = 0) => new(name, number, number, cookedLength);
}
