using System.Buffers.Binary;
using System.Net;

namespace MgCap.Testing;

/// <summary>
/// Known frames, whole and correct: lengths and checksums are right, without a frame check sequence. A frame of a given length
/// has a payload that starts with its sequence number, 32 bits big-endian, and goes on with the bytes' own positions.
/// </summary>
public static class Frames
{
    /// <summary>The shortest frame of Ethernet, without the frame check sequence.</summary>
    public const int Shortest = 60;

    /// <summary>The longest frame with an MTU of 9000.</summary>
    public const int Longest = 9014;

    /// <summary>EtherType of an 802.1Q tag.</summary>
    public const ushort Dot1Q = 0x8100;

    /// <summary>EtherType of an 802.1ad service tag.</summary>
    public const ushort Dot1AD = 0x88a8;

    /// <summary>Bytes of an Ethernet header without tags.</summary>
    public const int EthernetLength = 14;

    private const int IPv4Length = 20;
    private const int IPv6Length = 40;
    private const int UdpLength = 8;
    private const int TcpLength = 20;
    private const byte ProtocolTcp = 6;
    private const byte ProtocolUdp = 17;

    /// <summary>A UDP packet over IPv4 of this many bytes, 60 to 9014.</summary>
    public static byte[] Udp4(Flow flow, int length, uint sequence = 0) => Udp4(flow, Payload(length, EthernetLength + IPv4Length + UdpLength, sequence));

    /// <summary>A UDP packet over IPv4 with this payload.</summary>
    public static byte[] Udp4(Flow flow, ReadOnlySpan<byte> payload)
    {
        var frame = IPv4(flow, ProtocolUdp, UdpLength + payload.Length);
        WriteUdp(frame, EthernetLength + IPv4Length, flow, payload);
        return frame;
    }

    /// <summary>A UDP packet over IPv6 of this many bytes, 66 to 9014.</summary>
    public static byte[] Udp6(Flow flow, int length, uint sequence = 0)
    {
        ArgumentNullException.ThrowIfNull(flow);
        var payload = Payload(length, EthernetLength + IPv6Length + UdpLength, sequence);
        var frame = Ethernet(flow, 0x86dd, length);
        var ip = frame.AsSpan(EthernetLength);
        ip[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)(UdpLength + payload.Length));
        ip[6] = ProtocolUdp;
        ip[7] = 64;
        flow.Source.TryWriteBytes(ip[8..], out _);
        flow.Destination.TryWriteBytes(ip[24..], out _);
        WriteUdp(frame, EthernetLength + IPv6Length, flow, payload);
        return frame;
    }

    /// <summary>A TCP segment over IPv4 of this many bytes, 60 to 9014; its sequence number is the frame's.</summary>
    public static byte[] Tcp4(Flow flow, int length, uint sequence = 0)
    {
        var payload = Payload(length, EthernetLength + IPv4Length + TcpLength, sequence);
        var frame = IPv4(flow, ProtocolTcp, TcpLength + payload.Length);
        var tcp = frame.AsSpan(EthernetLength + IPv4Length);
        BinaryPrimitives.WriteUInt16BigEndian(tcp, flow.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], flow.DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], sequence);
        tcp[12] = TcpLength / 4 << 4;
        tcp[13] = 0x18; // PSH, ACK
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], 0xffff);
        payload.CopyTo(tcp[TcpLength..]);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], Checksum(tcp, PseudoHeader(flow, ProtocolTcp, tcp.Length)));
        return frame;
    }

    /// <summary>A broadcast that asks who has the flow's destination address.</summary>
    public static byte[] Arp(Flow flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        var frame = Ethernet(flow with { DestinationMac = new byte[] { 255, 255, 255, 255, 255, 255 } }, 0x0806, Shortest);
        var arp = frame.AsSpan(EthernetLength);
        ((ReadOnlySpan<byte>)[0, 1, 8, 0, 6, 4, 0, 1]).CopyTo(arp);
        flow.SourceMac.Span.CopyTo(arp[8..]);
        flow.Source.TryWriteBytes(arp[14..], out _);
        flow.Destination.TryWriteBytes(arp[24..], out _);
        return frame;
    }

    /// <summary>A frame with a tag put into it.</summary>
    /// <param name="tag">The tag control information: VLAN 0 to 4095, priority in the upper bits.</param>
    /// <param name="inner">The frame without it.</param>
    /// <param name="tpid">The tag's EtherType.</param>
    public static byte[] Vlan(ushort tag, ReadOnlySpan<byte> inner, ushort tpid = Dot1Q)
    {
        var frame = new byte[inner.Length + 4];
        inner[..12].CopyTo(frame);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), tpid);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(14), tag);
        inner[12..].CopyTo(frame.AsSpan(16));
        return frame;
    }

    /// <summary>A frame with an 802.1ad service tag around an 802.1Q tag.</summary>
    public static byte[] QinQ(ushort serviceTag, ushort tag, ReadOnlySpan<byte> inner) => Vlan(serviceTag, Vlan(tag, inner), Dot1AD);

    /// <summary>The sequence number that an untagged frame of <see cref="Udp4(Flow, int, uint)"/> was given.</summary>
    public static uint SequenceOfUdp4(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt32BigEndian(frame[(EthernetLength + IPv4Length + UdpLength)..]);

    private static byte[] Payload(int length, int headers, uint sequence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, Math.Max(Shortest, headers + sizeof(uint)));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Longest);
        var payload = new byte[length - headers];
        for (var i = sizeof(uint); i < payload.Length; i++)
            payload[i] = (byte)(headers + i);
        BinaryPrimitives.WriteUInt32BigEndian(payload, sequence);
        return payload;
    }

    private static byte[] Ethernet(Flow flow, ushort etherType, int length)
    {
        var frame = new byte[length];
        flow.DestinationMac.Span.CopyTo(frame);
        flow.SourceMac.Span.CopyTo(frame.AsSpan(6));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), etherType);
        return frame;
    }

    private static byte[] IPv4(Flow flow, byte protocol, int length)
    {
        ArgumentNullException.ThrowIfNull(flow);
        var frame = Ethernet(flow, 0x0800, EthernetLength + IPv4Length + length);
        var ip = frame.AsSpan(EthernetLength, IPv4Length);
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(IPv4Length + length));
        ip[6] = 0x40; // do not fragment
        ip[8] = 64;
        ip[9] = protocol;
        flow.Source.TryWriteBytes(ip[12..], out _);
        flow.Destination.TryWriteBytes(ip[16..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Checksum(ip, 0));
        return frame;
    }

    private static void WriteUdp(byte[] frame, int offset, Flow flow, ReadOnlySpan<byte> payload)
    {
        var udp = frame.AsSpan(offset);
        BinaryPrimitives.WriteUInt16BigEndian(udp, flow.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], flow.DestinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        payload.CopyTo(udp[UdpLength..]);
        var checksum = Checksum(udp, PseudoHeader(flow, ProtocolUdp, udp.Length));
        // A sum of zero is sent as all ones, as zero means that there is none (RFC 768).
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], checksum == 0 ? (ushort)0xffff : checksum);
    }

    private static uint PseudoHeader(Flow flow, byte protocol, int length) =>
        Sum(flow.Source) + Sum(flow.Destination) + protocol + (uint)length;

    private static uint Sum(IPAddress address) => Sum(address.GetAddressBytes());

    private static uint Sum(ReadOnlySpan<byte> data)
    {
        var sum = 0u;
        for (; data.Length > 1; data = data[2..])
            sum += BinaryPrimitives.ReadUInt16BigEndian(data);
        return data.IsEmpty ? sum : sum + (uint)(data[0] << 8);
    }

    /// <summary>The Internet checksum (RFC 1071); the field itself is still zero in the data.</summary>
    private static ushort Checksum(ReadOnlySpan<byte> data, uint initial)
    {
        var sum = initial + Sum(data);
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}
