using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;

namespace MgCap.Capture.Traffic;

/// <summary>
/// The frame of one thread: UDP from one host of the range for benchmarks to another (RFC 2544, RFC 5180), port 9 (discard).
/// Packets differ in sequence, source port and checksum, and in nothing else.
/// </summary>
public sealed class TrafficFrame
{
    internal const int AddressLength = 6;

    private const int EthernetLength = 14;
    private const int UdpLength = 8;
    private const int Udp = 17;
    private const int HopLimit = 64;
    private const int DontFragment = 0x4000;
    private const int DiscardPort = 9;
    private const int MinEphemeralPorts = 16384;

    private readonly byte[] _bytes;

    /// <param name="settings">Checked settings.</param>
    /// <param name="source">The sender's link-layer address.</param>
    /// <param name="thread">The thread's number.</param>
    public TrafficFrame(TrafficSettings settings, PhysicalAddress source, int thread)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(source);
        Flows = settings.Flows;
        FirstPort = 65536 - Math.Max(settings.Flows, MinEphemeralPorts);
        PayloadOffset = HeaderLength(settings.IPv6);
        _bytes = new byte[settings.FrameLength];
        settings.Destination.GetAddressBytes().CopyTo(_bytes, 0);
        source.GetAddressBytes().CopyTo(_bytes, AddressLength);
        var addresses = settings.IPv6 ? WriteIPv6() : WriteIPv4();
        var udp = _bytes.AsSpan(UdpOffset);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], DiscardPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        TrafficPayload.Write(_bytes.AsSpan(PayloadOffset), thread);
        // The pseudo header: addresses, protocol, length. Source port, sequence and checksum are zero still.
        Sum = Fold(SumOf(addresses) + Udp + (ulong)udp.Length + SumOf(udp));
    }

    /// <summary>The frame with neither sequence nor source port nor UDP checksum.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>How many flows take turns.</summary>
    public int Flows { get; }

    /// <summary>The first flow's source port; those of the others follow.</summary>
    public int FirstPort { get; }

    /// <summary>Where the UDP header is.</summary>
    public int UdpOffset => PayloadOffset - UdpLength;

    /// <summary>Where the UDP checksum is.</summary>
    public int ChecksumOffset => UdpOffset + 6;

    /// <summary>Where the payload is.</summary>
    public int PayloadOffset { get; }

    /// <summary>Where the sequence is.</summary>
    public int SequenceOffset => PayloadOffset + TrafficPayload.SequenceOffset;

    /// <summary>The one's complement sum of what the UDP checksum is of, without source port and sequence (RFC 1071).</summary>
    public ushort Sum { get; }

    /// <summary>Bytes before the payload.</summary>
    public static int HeaderLength(bool ipv6) => EthernetLength + (ipv6 ? 40 : 20) + UdpLength;

    /// <summary>Makes the copy of the frame in <paramref name="frame"/> the packet with this sequence.</summary>
    public void Number(Span<byte> frame, ulong sequence)
    {
        var port = (ushort)(FirstPort + (int)(sequence % (ulong)Flows));
        var checksum = (ushort)~Fold(Sum + (ulong)port + (sequence >> 32) + (uint)sequence);
        BinaryPrimitives.WriteUInt16BigEndian(frame[UdpOffset..], port);
        // A checksum of 0 says that there is none.
        BinaryPrimitives.WriteUInt16BigEndian(frame[ChecksumOffset..], checksum == 0 ? ushort.MaxValue : checksum);
        BinaryPrimitives.WriteUInt64BigEndian(frame[SequenceOffset..], sequence);
    }

    private ReadOnlySpan<byte> WriteIPv4()
    {
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(EthernetLength - 2), 0x0800);
        var header = _bytes.AsSpan(EthernetLength, 20);
        header[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(_bytes.Length - EthernetLength));
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], DontFragment);
        header[8] = HopLimit;
        header[9] = Udp;
        IPAddress.Parse("198.18.0.1").TryWriteBytes(header[12..], out _);
        IPAddress.Parse("198.18.0.2").TryWriteBytes(header[16..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], (ushort)~Fold(SumOf(header)));
        return header[12..];
    }

    private ReadOnlySpan<byte> WriteIPv6()
    {
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(EthernetLength - 2), 0x86dd);
        var header = _bytes.AsSpan(EthernetLength, 40);
        header[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)(_bytes.Length - EthernetLength - header.Length));
        header[6] = Udp;
        header[7] = HopLimit;
        IPAddress.Parse("2001:2::1").TryWriteBytes(header[8..], out _);
        IPAddress.Parse("2001:2::2").TryWriteBytes(header[24..], out _);
        return header[8..];
    }

    private static ulong SumOf(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        for (; bytes.Length >= sizeof(ushort); bytes = bytes[sizeof(ushort)..])
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        return bytes.IsEmpty ? sum : sum + ((ulong)bytes[0] << 8);
    }

    private static ushort Fold(ulong sum)
    {
        while (sum > ushort.MaxValue)
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        return (ushort)sum;
    }
}
