using System.Buffers.Binary;
using System.Net;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Filtering;

/// <summary>Frames of every kind that a filter may ask for.</summary>
internal static class SampleFrames
{
    private const int IPv4At = 14;
    private const int TcpFlagsAt = 47;

    private static readonly Flow _web = new() { DestinationPort = 443 };
    private static readonly Flow _names = new() { DestinationPort = 53, Destination = IPAddress.Parse("192.168.5.7") };

    /// <summary>Whole frames.</summary>
    internal static IReadOnlyList<byte[]> Whole { get; } =
    [
        Frames.Udp4(new Flow(), 60),
        Frames.Udp4(_names, 128),
        Frames.Udp4(new Flow { SourcePort = 1024, DestinationPort = 6000 }, 1400),
        Frames.Udp6(Flow.NumberedIPv6(3), 90),
        Frames.Udp6(Flow.NumberedIPv6(4) with { DestinationPort = 443 }, 700),
        Tcp(_web, 0x02),
        Tcp(_web, 0x12),
        Tcp(_web, 0x10),
        Tcp(_web, 0x11),
        Tcp(_web with { DestinationPort = 80 }, 0x18),
        Tcp(_web with { Source = IPAddress.Parse("172.16.0.9") }, 0x04),
        Frames.Arp(new Flow()),
        Icmp(8),
        Icmp(0),
        Fragment(0x2000),
        Fragment(0x2064),
        Fragment(0x0064),
        WithOptions(),
        Frames.Vlan(5, Frames.Udp4(new Flow(), 100)),
        Frames.Vlan(0xE005, Frames.Tcp4(_web, 100)),
        Frames.Vlan(6, Frames.Udp6(Flow.NumberedIPv6(5), 100)),
        Frames.Vlan(0, Frames.Arp(new Flow())),
        Frames.QinQ(7, 5, Frames.Udp4(_names, 100)),
        Frames.Udp4(new Flow { DestinationMac = new byte[] { 255, 255, 255, 255, 255, 255 }, Destination = IPAddress.Broadcast }, 60),
        Frames.Udp4(new Flow { DestinationMac = new byte[] { 1, 0, 94, 1, 2, 3 }, Destination = IPAddress.Parse("239.1.2.3") }, 60),
        OfType(0x88cc),
        OfType(0x0026),
    ];

    /// <summary>The whole frames, each also cut short at some length and with a few bytes changed; the same with every run.</summary>
    internal static IReadOnlyList<byte[]> Mutated { get; } = Mutate();

    /// <summary>Frames whose headers stand behind others, as pcap-filter(7) looks for them.</summary>
    internal static IReadOnlyList<byte[]> Nested { get; } =
    [
        Behind(0x8847, [0x00, 0x40, 0x01, 0x40], Frames.Udp4(_names, 100)),
        Behind(0x8847, [0x00, 0x40, 0x00, 0x40, 0x00, 0x03, 0xe9, 0x40], Frames.Tcp4(_web, 100)),
        Behind(0x8864, [0x11, 0x00, 0x00, 0x07, 0x00, 0x58, 0x00, 0x21], Frames.Tcp4(_web, 100)),
        Behind(0x8864, [0x11, 0x00, 0x00, 0x09, 0x00, 0x58, 0x00, 0x57], Frames.Udp6(Flow.NumberedIPv6(3), 100)),
        Behind(0x8863, [0x11, 0x09, 0x00, 0x00, 0x00, 0x04], Frames.Arp(new Flow())),
        OfIPv6(0, Frames.Udp6(Flow.NumberedIPv6(3), 300)),
        OfIPv6(44, Frames.Udp6(Flow.NumberedIPv6(3), 300)),
        OfIPv6(58, Frames.Udp6(Flow.NumberedIPv6(3), 90)),
        OfIPv6(6, Frames.Udp6(Flow.NumberedIPv6(3) with { DestinationPort = 443 }, 90)),
        OfIPv6(132, Frames.Udp6(Flow.NumberedIPv6(3), 90)),
    ];

    private static byte[] Behind(ushort type, ReadOnlySpan<byte> header, byte[] frame)
    {
        byte[] behind = [.. frame[..IPv4At], .. header, .. frame[IPv4At..]];
        BinaryPrimitives.WriteUInt16BigEndian(behind.AsSpan(12), type);
        return behind;
    }

    private static byte[] OfIPv6(byte nextHeader, byte[] frame)
    {
        frame[20] = nextHeader;
        return frame;
    }

    private static byte[][] Mutate()
    {
        var random = new Random(20260726);
        var frames = new List<byte[]>(Whole);
        foreach (var frame in Whole)
        {
            frames.Add(frame[..random.Next(15, Math.Min(frame.Length, 64))]);
            for (var i = 0; i < 3; i++)
            {
                var changed = (byte[])frame.Clone();
                for (var changes = random.Next(1, 5); changes > 0; changes--)
                    changed[random.Next(Math.Min(changed.Length, 60))] = (byte)random.Next(256);
                frames.Add(changed);
            }
        }

        for (var i = 0; i < 30; i++)
        {
            var noise = new byte[random.Next(15, 200)];
            random.NextBytes(noise);
            frames.Add(noise);
        }

        return [.. frames];
    }

    private static byte[] Tcp(Flow flow, byte flags)
    {
        var frame = Frames.Tcp4(flow, 60 + flags);
        frame[TcpFlagsAt] = flags;
        return frame;
    }

    private static byte[] Icmp(byte type)
    {
        var frame = Frames.Udp4(new Flow(), 98);
        frame[IPv4At + 9] = 1;
        frame[IPv4At + 20] = type;
        return frame;
    }

    private static byte[] Fragment(ushort flagsAndOffset)
    {
        var frame = Frames.Udp4(new Flow { DestinationPort = 443 }, 80);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(IPv4At + 6), flagsAndOffset);
        return frame;
    }

    /// <summary>UDP behind an IPv4 header of 24 bytes.</summary>
    private static byte[] WithOptions()
    {
        var frame = Frames.Udp4(_names, 100);
        byte[] longer = [.. frame[..34], 1, 1, 1, 1, .. frame[34..]];
        longer[IPv4At] = 0x46;
        return longer;
    }

    private static byte[] OfType(ushort type)
    {
        var frame = Frames.Udp4(new Flow(), 60);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), type);
        return frame;
    }
}
