using CsCheck;
using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Filtering;

/// <summary>Filters as people write them: XDP and sched_cls programs decide every frame as libpcap's interpreter.</summary>
public sealed class PacketFilterExpressionTests
{
    private const int Snaplen = 262144;

    private static readonly byte[][] _frames = [.. SampleFrames.Mutated, .. SampleFrames.Nested];

    /// <summary>Sample frames with a few bytes of their headers changed, cut or made longer with noise.</summary>
    private static readonly Gen<byte[]> _anyFrame = Gen.Select(
        Gen.Int[0, _frames.Length - 1],
        Gen.Select(Gen.Int[0, 79], Gen.Byte).Array[0, 4],
        Gen.Frequency((3, Gen.Const(0)), (2, Gen.Int[14, 80]), (2, Gen.Int[14, 2000])),
        Gen.Int,
        Make);

    public static TheoryData<string> Expressions =>
    [
        .. TranslatedExpressionTests.Expressions.Cast<object[]>().Select(row => (string)row[0]),
        "mpls", "mpls 20", "mpls and udp", "mpls 4 and mpls 62 and host 10.77.0.1", "pppoes", "pppoes 7", "pppoes and tcp port 443", "pppoed",
        "pppoes and ip6", "vlan 7 and vlan 5 and udp port 53", "vlan and ip6 and udp", "vlan or pppoes",
        "sctp", "ip6 proto 44", "ip6[6] = 58", "icmp6", "icmp6[0] = 9 or icmp6", "ip6 and udp portrange 1-100", "tcp[12] & 0xf0 > 0x40",
        "ip proto 1 or ip6 proto 58", "proto 17", "igmp or pim or ah or esp or vrrp", "ether src or dst 02:00:00:00:00:02",
        "ether[0:4] = 0x02000000", "ether[6] & 2 != 0 and ether[20:2] != 0", "ip[ether[14] & 0xf:2] != 0", "ip6[4:2] + 54 = len",
        "ether[len - 1] = 0 or ether[len - 4:4] != 0", "ether[ip[2:2]] != 0", "ether[ether[12:2]] = 0 or ip", "ether[ip[12:4]:4] = 1 or udp",
        "ether[(ip[4:2] & 0x3ff):2] = 0 or ip", "1 << ip[8] = 0", "0xffffffff >> (ip[8] - 32) = 0", "ip[12:4] << ether[13] != 0",
        "ether[1500] != 0", "ether[1996:4] != 0 or arp", "ether[40000] = 0 or ip", "ether[70000:4] = 0 or ip6", "len > 0", "len < 0 or ip",
        "host 192.0.2.1 or 192.0.2.2 or 10.77.0.1 or net 198.51.100.0/24 or port 80 or 443 or 8080",
        "((tcp[((tcp[12] & 0xf0) >> 2):4] = 0x47455420) or udp) and ip", "tcp[((tcp[12:1] & 0xf0) >> 2):4] = 0 or tcp",
        "src net 10.77.0.0/16 and dst net 10.77.0.0/16 and not (port 61235 or portrange 50-60)", "link proto 0x806", "ip[0] / (ip[1] + 1) * (ip[8] % 7 + 1) > 9",
    ];

    [RootTheory]
    [MemberData(nameof(Expressions))]
    public void Expression_DecidesAsLibpcap(string expression)
    {
        using var filter = new PacketFilter(CaptureFilter.CompileForFrames(expression, LinkType.Ethernet, Snaplen));
        foreach (var frame in _frames)
            filter.Compare(frame);
        _anyFrame.Sample(frame => { filter.Compare(frame); }, iter: 400, threads: 1);
    }

    /// <summary>Parts of headers stand in another buffer, or every byte after the Ethernet header does.</summary>
    [RootTheory]
    [MemberData(nameof(Expressions))]
    public void ExpressionOnSeveralBuffers_DecidesAsLibpcap(string expression)
    {
        using var filter = new PacketFilter(CaptureFilter.CompileForFrames(expression, LinkType.Ethernet, Snaplen));
        Gen.Select(_anyFrame, Gen.Int[14, 100], Gen.Bool).Sample(
            (frame, linear, isLong) => { filter.Compare(isLong ? Make(frame, 9000, linear) : frame, isLong ? null : Math.Min(linear, frame.Length)); },
            iter: 300,
            threads: 1);
    }

    private static byte[] Make(int which, (int At, byte Value)[] changes, int length, int seed)
    {
        var frame = (byte[])_frames[which].Clone();
        foreach (var (at, value) in changes)
            frame[at % frame.Length] = value;
        return length == 0 ? frame : Make(frame, length, seed);
    }

    private static byte[] Make(byte[] start, int length, int seed)
    {
        var frame = new byte[length];
        new Random(seed).NextBytes(frame);
        start.AsSpan(0, Math.Min(start.Length, length)).CopyTo(frame);
        return frame;
    }
}
