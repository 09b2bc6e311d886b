using System.Net.NetworkInformation;
using PacketDotNet;

namespace MgCap.Web.Dissection;

/// <summary>A layer as MgCap reads it: what it gives to the packet's row, and its fields.</summary>
/// <param name="Name">The protocol's name.</param>
/// <param name="Start">Where it starts in the packet, in bytes.</param>
/// <param name="Length">How long it is, in bytes.</param>
/// <param name="Source">Whom it comes from; null where it has no addresses.</param>
/// <param name="Destination">Whom it is for; null where it has no addresses.</param>
/// <param name="Protocol">The protocol's short name.</param>
/// <param name="Info">What it says, in one line.</param>
/// <param name="Fields">Its fields: label, place in the layer, length.</param>
internal sealed record BuiltInLayer(
    string Name, int Start, int Length, string? Source, string? Destination, string Protocol, string Info, params (string Label, int At, int Length)[] Fields)
{
    internal PacketLayer ToLayer()
    {
        var addresses = Source is null ? Info : $"Src: {Source}, Dst: {Destination}";
        return new PacketLayer(
            Name, $"{Name}, {addresses}", Start, Length, [.. Fields.Select(field => new PacketField(field.Label, null, Start + field.At, field.Length, []))]);
    }
}

/// <summary>What PacketDotNet's packets say, for people.</summary>
internal static class BuiltInLayers
{
    /// <summary>Describes one layer; null where MgCap does not know it.</summary>
    internal static BuiltInLayer? Describe(Packet packet) => packet switch
    {
        EthernetPacket ethernet => Describe(ethernet),
        LinuxSllPacket cooked => Layer(
            cooked, "Linux cooked capture", null, null, "SLL", $"{cooked.Type}, {Name(cooked.EthernetProtocolType)}", ($"Packet type: {cooked.Type}", 0, 2),
            ($"Protocol: {Name(cooked.EthernetProtocolType)}", 14, 2)),
        Ieee8021QPacket tag => Layer(
            tag, "802.1Q Virtual LAN", null, null, "VLAN", $"ID: {tag.VlanIdentifier}", ($"Priority: {(int)tag.PriorityControlPoint}", 0, 1),
            ($"ID: {tag.VlanIdentifier}", 0, 2), ($"Type: {Name(tag.Type)}", 2, 2)),
        ArpPacket arp => Describe(arp),
        IPv4Packet ip => Describe(ip),
        IPv6Packet ip => Describe(ip),
        TcpPacket tcp => Describe(tcp),
        UdpPacket udp => Layer(
            udp, "User Datagram Protocol", null, null, "UDP", $"{udp.SourcePort} → {udp.DestinationPort} Len={Math.Max(0, udp.Length - UdpHeaderLength)}",
            ($"Source Port: {udp.SourcePort}", 0, 2), ($"Destination Port: {udp.DestinationPort}", 2, 2), ($"Length: {udp.Length}", 4, 2),
            ($"Checksum: 0x{udp.Checksum:x4}", 6, 2)),
        IcmpV4Packet icmp => Layer(
            icmp, "Internet Control Message Protocol", null, null, "ICMP", $"{icmp.TypeCode}, id=0x{icmp.Id:x4}, seq={icmp.Sequence}",
            ($"Type and code: {icmp.TypeCode}", 0, 2), ($"Checksum: 0x{icmp.Checksum:x4}", 2, 2), ($"Identifier: 0x{icmp.Id:x4}", 4, 2),
            ($"Sequence Number: {icmp.Sequence}", 6, 2)),
        IcmpV6Packet icmp => Layer(
            icmp, "Internet Control Message Protocol v6", null, null, "ICMPv6", $"{icmp.Type}, code {icmp.Code}", ($"Type: {icmp.Type}", 0, 1),
            ($"Code: {icmp.Code}", 1, 1), ($"Checksum: 0x{icmp.Checksum:x4}", 2, 2)),
        _ => null,
    };

    private const int UdpHeaderLength = 8;

    private static BuiltInLayer Describe(EthernetPacket ethernet)
    {
        var (source, destination) = (Text(ethernet.SourceHardwareAddress), Text(ethernet.DestinationHardwareAddress));
        return Layer(
            ethernet, "Ethernet II", source, destination, "Ethernet", Name(ethernet.Type), ($"Destination: {destination}", 0, 6), ($"Source: {source}", 6, 6),
            ($"Type: {Name(ethernet.Type)}", 12, 2));
    }

    private static BuiltInLayer Describe(ArpPacket arp)
    {
        var (sender, target) = (arp.SenderProtocolAddress, arp.TargetProtocolAddress);
        var info = arp.Operation == ArpOperation.Request
            ? $"Who has {target}? Tell {sender}"
            : $"{sender} is at {Text(arp.SenderHardwareAddress)}";
        return Layer(
            arp, "Address Resolution Protocol", null, null, "ARP", info, ($"Opcode: {arp.Operation}", 6, 2),
            ($"Sender MAC address: {Text(arp.SenderHardwareAddress)}", 8, 6), ($"Sender IP address: {sender}", 14, 4),
            ($"Target MAC address: {Text(arp.TargetHardwareAddress)}", 18, 6), ($"Target IP address: {target}", 24, 4));
    }

    private static BuiltInLayer Describe(IPv4Packet ip) => Layer(
        ip, "Internet Protocol Version 4", ip.SourceAddress.ToString(), ip.DestinationAddress.ToString(), "IPv4", $"{ip.Protocol}",
        ($"Header Length: {ip.HeaderLength * 4} bytes", 0, 1), ($"Total Length: {ip.TotalLength}", 2, 2), ($"Identification: 0x{ip.Id:x4}", 4, 2),
        ($"Fragment Offset: {ip.FragmentOffset}", 6, 2), ($"Time to Live: {ip.TimeToLive}", 8, 1), ($"Protocol: {ip.Protocol} ({(int)ip.Protocol})", 9, 1),
        ($"Header Checksum: 0x{ip.Checksum:x4}", 10, 2), ($"Source Address: {ip.SourceAddress}", 12, 4), ($"Destination Address: {ip.DestinationAddress}", 16, 4));

    private static BuiltInLayer Describe(IPv6Packet ip) => Layer(
        ip, "Internet Protocol Version 6", ip.SourceAddress.ToString(), ip.DestinationAddress.ToString(), "IPv6", $"{ip.NextHeader}",
        ($"Traffic Class: 0x{ip.TrafficClass:x2}", 0, 2), ($"Flow Label: 0x{ip.FlowLabel:x5}", 1, 3), ($"Payload Length: {ip.PayloadLength}", 4, 2),
        ($"Next Header: {ip.NextHeader} ({(int)ip.NextHeader})", 6, 1), ($"Hop Limit: {ip.HopLimit}", 7, 1), ($"Source Address: {ip.SourceAddress}", 8, 16),
        ($"Destination Address: {ip.DestinationAddress}", 24, 16));

    private static BuiltInLayer Describe(TcpPacket tcp)
    {
        (bool Set, string Name)[] all =
        [
            (tcp.Finished, "FIN"), (tcp.Synchronize, "SYN"), (tcp.Reset, "RST"), (tcp.Push, "PSH"), (tcp.Acknowledgment, "ACK"), (tcp.Urgent, "URG"),
        ];
        var flags = string.Join(", ", all.Where(flag => flag.Set).Select(flag => flag.Name));
        return Layer(
            tcp, "Transmission Control Protocol", null, null, "TCP",
            $"{tcp.SourcePort} → {tcp.DestinationPort} [{flags}] Seq={tcp.SequenceNumber} Ack={tcp.AcknowledgmentNumber} Win={tcp.WindowSize}",
            ($"Source Port: {tcp.SourcePort}", 0, 2), ($"Destination Port: {tcp.DestinationPort}", 2, 2), ($"Sequence Number: {tcp.SequenceNumber}", 4, 4),
            ($"Acknowledgment Number: {tcp.AcknowledgmentNumber}", 8, 4), ($"Header Length: {tcp.DataOffset * 4} bytes", 12, 1), ($"Flags: {flags}", 13, 1),
            ($"Window: {tcp.WindowSize}", 14, 2), ($"Checksum: 0x{tcp.Checksum:x4}", 16, 2));
    }

    private static BuiltInLayer Layer(
        Packet packet, string name, string? source, string? destination, string protocol, string info, params (string Label, int At, int Length)[] fields)
    {
        var header = packet.HeaderSegment;
        // A header that is longer than what was kept of it.
        var length = Math.Clamp(header.Length, 0, header.Bytes.Length - header.Offset);
        return new BuiltInLayer(
            name, header.Offset, length, source, destination, protocol, info,
            [.. fields.Select(field => (field.Label, Math.Min(field.At, length), Math.Clamp(field.Length, 0, length - Math.Min(field.At, length))))]);
    }

    private static string Text(PhysicalAddress address) => string.Join(':', address.GetAddressBytes().Select(part => part.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));

    internal static string Name(EthernetType type) => Enum.IsDefined(type) ? $"{type} (0x{(int)type:x4})" : $"0x{(int)type:x4}";
}
