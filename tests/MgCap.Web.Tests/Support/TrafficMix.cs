using System.Buffers.Binary;
using System.Text;
using MgCap.Capture;
using MgCap.Testing;

namespace MgCap.Web.Tests.Support;

/// <summary>
/// Traffic in which packets depend on earlier ones: TCP connections with retransmissions and HTTP, DNS and pings with answers,
/// datagrams in fragments, among ARP, IPv6 and VLAN tags. The same seed makes the same packets.
/// </summary>
internal sealed class TrafficMix
{
    private const int EthernetLength = 14;
    private const int IPv4Length = 20;
    private const int Connections = 12;

    private readonly Random _random;
    private readonly uint[] _sequences = new uint[Connections];
    private readonly Queue<byte[]> _pending = [];
    private ushort _id;

    private TrafficMix(int seed) => _random = new Random(seed);

    /// <summary>Packets with their times.</summary>
    /// <param name="seed">Which traffic.</param>
    /// <param name="count">How many packets.</param>
    public static IEnumerable<(Timestamp Time, byte[] Frame)> Of(int seed, int count)
    {
        var mix = new TrafficMix(seed);
        var time = StoredCapture.Start.Nanoseconds + seed * 1_000_003L;
        for (var i = 0; i < count; i++)
        {
            time += mix._random.NextInt64(1, 3_000_000);
            yield return (new Timestamp(time), mix.Next());
        }
    }

    private byte[] Next()
    {
        // What answers or continues an earlier packet comes somewhat later, wherever a capture is cut.
        if (_pending.Count > 0 && _random.Next(3) == 0)
            return _pending.Dequeue();
        _id++;
        switch (_random.Next(9))
        {
            case 0:
                return Frames.Arp(Flow.Numbered(_random.Next(6)));
            case 1:
                return Frames.Udp6(Flow.NumberedIPv6(_random.Next(5)), 80 + _random.Next(200), _id);
            case 2:
                return Frames.Vlan((ushort)(40 + _random.Next(4)), Frames.Udp4(Flow.Numbered(_random.Next(8)) with { DestinationPort = Port() }, 60 + _random.Next(60), _id));
            case 3:
                return Ask(Frames.Udp4(new Flow { DestinationPort = 53, SourcePort = (ushort)(30_000 + _id % 50) }, Dns(false)), Frames.Udp4(Reversed(53, (ushort)(30_000 + _id % 50)), Dns(true)));
            case 4:
                return Ask(Ping(8), Ping(0));
            case 5:
                return Fragments();
            case 6:
            case 7:
                return Tcp();
            default:
                return Frames.Udp4(Flow.Numbered(_random.Next(20)) with { DestinationPort = Port() }, 60 + _random.Next(90), _id);
        }
    }

    private ushort Port() => (ushort)(5000 + _random.Next(5));

    private byte[] Ask(byte[] question, byte[] answer)
    {
        if (_random.Next(5) > 0)
            _pending.Enqueue(answer);
        return question;
    }

    private static Flow Reversed(ushort source, ushort destination)
    {
        var flow = new Flow();
        return flow with { Source = flow.Destination, Destination = flow.Source, SourceMac = flow.DestinationMac, DestinationMac = flow.SourceMac, SourcePort = source, DestinationPort = destination };
    }

    private byte[] Dns(bool answer)
    {
        byte[] name = [4, .. Encoding.ASCII.GetBytes($"h{_id % 100:d3}"), 4, .. "test"u8, 0];
        byte[] head = [(byte)(_id >> 8), (byte)_id, answer ? (byte)0x81 : (byte)1, answer ? (byte)0x80 : (byte)0, 0, 1, 0, answer ? (byte)1 : (byte)0, 0, 0, 0, 0];
        return [.. head, .. name, 0, 1, 0, 1, .. answer ? (byte[])[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, (byte)_id] : []];
    }

    private byte[] Ping(byte type)
    {
        byte[] message = [type, 0, 0, 0, 0, 7, (byte)(_id >> 8), (byte)_id, .. "abcdefghijklmnop"u8];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum(message));
        var flow = type == 8 ? new Flow() : Reversed(0, 0);
        return IPv4(flow, 1, message, 0, _random.Next(1, 9));
    }

    /// <summary>A datagram in two fragments; sometimes the second one never comes.</summary>
    private byte[] Fragments()
    {
        var whole = Frames.Udp4(Flow.Numbered(3) with { DestinationPort = Port() }, EthernetLength + IPv4Length + 120, _id).AsSpan(EthernetLength + IPv4Length);
        var second = IPv4(Flow.Numbered(3), 17, whole[64..], 64 / 8, 64);
        if (_random.Next(4) > 0)
            _pending.Enqueue(second);
        return IPv4(Flow.Numbered(3), 17, whole[..64], 0x2000, 64);
    }

    private byte[] Tcp()
    {
        var connection = _random.Next(Connections);
        var text = _random.Next(3) switch
        {
            0 => $"GET /{_id} HTTP/1.1\r\nHost: caf\u00e9{_id}.example\r\n\r\n",
            1 => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            _ => new string('x', _random.Next(1, 60)),
        };
        var payload = Encoding.Latin1.GetBytes(text);
        var answer = _random.Next(2) == 0;
        var port = (ushort)(40_000 + connection);
        var flow = answer ? Reversed(80, port) : new Flow { SourcePort = port, DestinationPort = 80 };
        var sequence = _sequences[connection];
        // Some are sent again, and some are skipped.
        _sequences[connection] += _random.Next(6) switch { 0 => 0, 1 => (uint)payload.Length + 100, _ => (uint)payload.Length };
        var segment = new byte[20 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(segment, flow.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), flow.DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(8), sequence);
        segment[12] = 5 << 4;
        segment[13] = 0x18;
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(14), 8192);
        payload.CopyTo(segment, 20);
        return IPv4(flow, 6, segment, 0, 64);
    }

    private byte[] IPv4(Flow flow, byte protocol, ReadOnlySpan<byte> payload, ushort fragment, int ttl)
    {
        var frame = new byte[EthernetLength + IPv4Length + payload.Length];
        flow.DestinationMac.Span.CopyTo(frame);
        flow.SourceMac.Span.CopyTo(frame.AsSpan(6));
        frame[12] = 8;
        var ip = frame.AsSpan(EthernetLength, IPv4Length);
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(IPv4Length + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], _id);
        BinaryPrimitives.WriteUInt16BigEndian(ip[6..], fragment);
        ip[8] = (byte)ttl;
        ip[9] = protocol;
        flow.Source.TryWriteBytes(ip[12..], out _);
        flow.Destination.TryWriteBytes(ip[16..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Checksum(ip));
        payload.CopyTo(frame.AsSpan(EthernetLength + IPv4Length));
        return frame;
    }

    private static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (var i = 0; i + 1 < bytes.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        while (sum > ushort.MaxValue)
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        return (ushort)~sum;
    }
}
