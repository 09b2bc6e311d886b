using MgCap.Testing;

namespace MgCap.Web.Tests.Support;

/// <summary>The frames that tests send.</summary>
internal static class KnownFrames
{
    public const int Vlan = 100;
    public const int PrioritisedVlan = 4094;
    public const int ServiceVlan = 7;
    public const int CustomerVlan = 42;

    private const int Priority = 5 << 13;

    /// <summary>One of everything: TCP, UDP, IPv6, ARP, one and two VLAN tags, 60 to 9000 bytes, several flows. No two are the same.</summary>
    public static IReadOnlyList<byte[]> Mixed { get; } =
    [
        Frames.Arp(new Flow()),
        Frames.Tcp4(Flow.Numbered(1), 60, 1),
        Frames.Tcp4(Flow.Numbered(1), 1514, 2),
        Frames.Udp4(Flow.Numbered(2), 60, 3),
        Frames.Udp4(Flow.Numbered(2), 95, 4),
        Frames.Udp4(Flow.Numbered(3), 96, 5),
        Frames.Udp4(Flow.Numbered(3), 97, 6),
        Frames.Udp6(Flow.NumberedIPv6(4), 66, 7),
        Frames.Udp6(Flow.NumberedIPv6(5), 1400, 8),
        Frames.Vlan(Vlan, Frames.Udp4(Flow.Numbered(6), 60, 9)),
        Frames.Vlan(PrioritisedVlan | Priority, Frames.Tcp4(Flow.Numbered(7), 512, 10)),
        Frames.QinQ(ServiceVlan, CustomerVlan, Frames.Udp4(Flow.Numbered(8), 256, 11)),
        Frames.QinQ(ServiceVlan, CustomerVlan, Frames.Udp6(Flow.NumberedIPv6(9), 80, 12)),
        Frames.Tcp4(Flow.Numbered(10), 9000, 13),
        Frames.Udp4(Flow.Numbered(11), 9000, 14),
        Frames.Arp(new Flow { Destination = System.Net.IPAddress.Parse("10.77.0.3") }),
    ];

    /// <summary>UDP frames of one length to port 5000 that tell their place: <see cref="Frames.SequenceOfUdp4"/> is 0, 1, 2 …</summary>
    public static IReadOnlyList<byte[]> Udp(int count, int length = 100) =>
        [.. Enumerable.Range(0, count).Select(i => Frames.Udp4(Flow.Numbered(i % 8) with { DestinationPort = 5000 }, length, (uint)i))];

    /// <summary>What a capture with this snap length keeps of a frame.</summary>
    public static byte[] Cut(byte[] frame, int snaplen = 96) => frame[..Math.Min(frame.Length, snaplen)];

    public static void SendAll(this FrameSender sender, IEnumerable<byte[]> frames) => sender.Send(frames.Select(frame => new ReadOnlyMemory<byte>(frame)));
}
