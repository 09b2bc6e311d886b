using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace MgCap.Web.Summaries;

/// <summary>One end of an IP packet.</summary>
/// <param name="Address">The address, as a number.</param>
/// <param name="IsV6">Whether it is one of IPv6.</param>
/// <param name="Port">The port; -1 where there is none.</param>
internal readonly record struct FlowEnd(UInt128 Address, bool IsV6, int Port)
{
    internal bool IsAfter(in FlowEnd other) => (Address, Port).CompareTo((other.Address, other.Port)) > 0;

    internal string AddressText()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return new IPAddress(IsV6 ? bytes : bytes[12..]).ToString();
    }
}

/// <summary>
/// What counting needs to know of a packet, read without allocating: its protocol and its ends. Later fragments have no ports; what
/// is cut off is not guessed.
/// </summary>
/// <param name="Protocol">The highest protocol that was made out.</param>
/// <param name="Transport">What the IP packet carries; null where it is none.</param>
/// <param name="Source">Where it comes from; of no meaning without a transport.</param>
/// <param name="Destination">Where it goes; likewise.</param>
internal readonly record struct PacketClassifier(string Protocol, string? Transport, FlowEnd Source, FlowEnd Destination)
{
    private const ushort Ethernet = 1;
    private const ushort RawIp = 101;
    private const ushort LinuxCooked = 113;
    private const ushort LinuxCooked2 = 276;
    private const int EthernetLength = 14;
    private const int CookedLength = 16;
    private const int Cooked2Length = 20;
    private const int TagLength = 4;
    private const int MaxTags = 8;
    private const int MaxExtensions = 8;
    private const int IPv4Length = 20;
    private const int IPv6Length = 40;
    private const int Tcp = 6;
    private const int Udp = 17;

    // Of these nothing inside is read.
    private static readonly Dictionary<int, string> _linkTypes = new()
    {
        [6] = "Token Ring",
        [10] = "FDDI",
        [104] = "HDLC",
        [105] = "802.11",
        [107] = "Frame Relay",
        [119] = "802.11",
        [127] = "802.11",
        [224] = "Fibre Channel",
        [227] = "CAN",
        [230] = "802.15.4",
        [253] = "Netlink",
        [271] = "VSOCK",
    };

    private static readonly Dictionary<int, string> _etherTypes = new()
    {
        [0x0806] = "ARP",
        [0x8847] = "MPLS",
        [0x8848] = "MPLS",
        [0x8863] = "PPPoE",
        [0x8864] = "PPPoE",
        [0x888e] = "EAPOL",
        [0x88cc] = "LLDP",
        [0x88e5] = "MACsec",
        [0x88f7] = "PTP",
    };

    private static readonly Dictionary<int, string> _transports = new()
    {
        [1] = "ICMP",
        [2] = "IGMP",
        [4] = "IPv4 in IP",
        [Tcp] = "TCP",
        [Udp] = "UDP",
        [41] = "IPv6 in IP",
        [47] = "GRE",
        [50] = "ESP",
        [51] = "AH",
        [58] = "ICMPv6",
        [89] = "OSPF",
        [103] = "PIM",
        [112] = "VRRP",
        [132] = "SCTP",
    };

    private static readonly Dictionary<(int Transport, int Port), string> _services = new()
    {
        [(Tcp, 22)] = "SSH",
        [(Tcp, 25)] = "SMTP",
        [(Tcp, 53)] = "DNS",
        [(Udp, 53)] = "DNS",
        [(Udp, 67)] = "DHCP",
        [(Udp, 68)] = "DHCP",
        [(Tcp, 80)] = "HTTP",
        [(Udp, 123)] = "NTP",
        [(Udp, 161)] = "SNMP",
        [(Udp, 443)] = "QUIC",
        [(Tcp, 443)] = "TLS",
        [(Udp, 514)] = "Syslog",
        [(Udp, 4789)] = "VXLAN",
        [(Udp, 5353)] = "MDNS",
    };

    private static readonly string[] _otherTransports = [.. Enumerable.Range(0, 256).Select(number => _transports.GetValueOrDefault(number, $"IP protocol {number}"))];
    private static readonly string[] _otherEtherTypes = new string[ushort.MaxValue + 1];

    /// <summary>Reads a packet.</summary>
    /// <param name="linkType">The kind of its outermost header, as files number them.</param>
    /// <param name="data">What was kept of it.</param>
    internal static PacketClassifier Of(ushort linkType, ReadOnlySpan<byte> data)
    {
        switch (linkType)
        {
            case Ethernet when data.Length >= EthernetLength:
                return OfEtherType(BinaryPrimitives.ReadUInt16BigEndian(data[12..]), data[EthernetLength..]);
            case LinuxCooked when data.Length >= CookedLength:
                return OfCooked(BinaryPrimitives.ReadUInt16BigEndian(data[14..]), data[CookedLength..]);
            case LinuxCooked2 when data.Length >= Cooked2Length:
                return OfCooked(BinaryPrimitives.ReadUInt16BigEndian(data), data[Cooked2Length..]);
            case RawIp when data.Length > 0:
                return data[0] >> 4 == 6 ? OfIPv6(data) : OfIPv4(data);
            default:
                return new PacketClassifier(_linkTypes.GetValueOrDefault(linkType, "Other"), null, default, default);
        }
    }

    /// <summary>The numbers below 1536 are Linux's own there (linux/if_ether.h), not lengths.</summary>
    private static PacketClassifier OfCooked(int type, ReadOnlySpan<byte> rest) => type switch
    {
        0x0004 => new PacketClassifier("LLC", null, default, default),
        0x000c or 0x000d or 0x000e => new PacketClassifier("CAN", null, default, default),
        < 0x0600 => new PacketClassifier("Other", null, default, default),
        _ => OfEtherType(type, rest),
    };

    private static PacketClassifier OfEtherType(int type, ReadOnlySpan<byte> rest)
    {
        for (var tags = 0; type is 0x8100 or 0x88a8 or 0x9100 && rest.Length >= TagLength && tags < MaxTags; tags++)
        {
            type = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            rest = rest[TagLength..];
        }

        return type switch
        {
            0x0800 => OfIPv4(rest),
            0x86dd => OfIPv6(rest),
            // Below 1536 it is a length (IEEE 802.3), and an LLC header follows.
            < 0x0600 => new PacketClassifier("LLC", null, default, default),
            _ => new PacketClassifier(_etherTypes.GetValueOrDefault(type) ?? OtherEtherType(type), null, default, default),
        };
    }

    private static string OtherEtherType(int type) =>
        _otherEtherTypes[type] ??= string.Create(CultureInfo.InvariantCulture, $"EtherType 0x{type:x4}");

    private static PacketClassifier OfIPv4(ReadOnlySpan<byte> ip)
    {
        if (ip.Length < IPv4Length)
            return new PacketClassifier("IPv4", null, default, default);
        var header = (ip[0] & 0x0f) * 4;
        var isFirst = (BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x1fff) == 0;
        return OfTransport(
            ip[9], isFirst && header >= IPv4Length && ip.Length >= header ? ip[header..] : [], BinaryPrimitives.ReadUInt32BigEndian(ip[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(ip[16..]), isV6: false);
    }

    private static PacketClassifier OfIPv6(ReadOnlySpan<byte> ip)
    {
        if (ip.Length < IPv6Length)
            return new PacketClassifier("IPv6", null, default, default);
        var (source, destination) = (BinaryPrimitives.ReadUInt128BigEndian(ip[8..]), BinaryPrimitives.ReadUInt128BigEndian(ip[24..]));
        int next = ip[6];
        var rest = ip[IPv6Length..];
        // RFC 8200 section 4: hop-by-hop, routing, fragment, destination options.
        for (var extensions = 0; next is 0 or 43 or 44 or 60 && rest.Length >= 8 && extensions < MaxExtensions; extensions++)
        {
            var isLaterFragment = next == 44 && (BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) & 0xfff8) != 0;
            var length = next == 44 ? 8 : (rest[1] + 1) * 8;
            next = rest[0];
            rest = isLaterFragment || rest.Length < length ? [] : rest[length..];
        }

        return OfTransport(next, rest, source, destination, isV6: true);
    }

    private static PacketClassifier OfTransport(int transport, ReadOnlySpan<byte> rest, UInt128 source, UInt128 destination, bool isV6)
    {
        var name = _otherTransports[transport];
        var (sourcePort, destinationPort) = (-1, -1);
        if (transport is Tcp or Udp && rest.Length >= 4)
            (sourcePort, destinationPort) = (BinaryPrimitives.ReadUInt16BigEndian(rest), BinaryPrimitives.ReadUInt16BigEndian(rest[2..]));
        var service = sourcePort < 0
            ? null
            : _services.GetValueOrDefault((transport, destinationPort)) ?? _services.GetValueOrDefault((transport, sourcePort));
        return new PacketClassifier(service ?? name, name, new FlowEnd(source, isV6, sourcePort), new FlowEnd(destination, isV6, destinationPort));
    }
}
