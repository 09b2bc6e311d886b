using MgCap.Testing;

namespace MgCap.Capture.Tests.Filtering;

/// <summary>Filters as people write them: the translated program decides every frame as the classic one.</summary>
public sealed class TranslatedExpressionTests(FilterBench bench) : IClassFixture<FilterBench>
{
    public static TheoryData<string> Expressions =>
    [
        "ip", "ip6", "arp", "rarp or arp", "tcp", "udp", "icmp", "not ip", "not arp", "ip or ip6", "ether proto 0x88cc",
        "ether host 02:00:00:00:00:01", "ether src 02:00:00:00:00:01", "ether broadcast", "ether multicast", "ip multicast", "broadcast",
        "host 10.77.0.1", "src host 10.77.0.1", "dst host 192.168.5.7", "host 10.77.0.1 or 172.16.0.9", "not host 10.77.0.1",
        "net 10.77.0.0/16", "src net 172.16", "dst net 192.168.5.0 mask 255.255.255.0", "net 0.0.0.0/1", "ip6 net fd77::/16",
        "ip6 host fd77::2", "ip6 src host fd77::1:3", "arp host 10.77.0.2",
        "port 443", "src port 40000", "dst port 53", "not port 443", "tcp port 80", "udp port 53", "tcp dst port 443", "ip6 and port 443",
        "portrange 1000-7000", "udp dst portrange 5000-6000", "tcp src portrange 39999-40001", "not portrange 50-60",
        "vlan", "vlan 5", "not vlan", "vlan 5 and udp", "vlan 5 or vlan 6", "vlan and tcp port 443", "vlan and vlan 5", "not vlan 5 and ip",
        "icmp[icmptype] == icmp-echo", "icmp[0] = 0",
        "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0", "tcp[13] == 2", "tcp[tcpflags] == tcp-rst or udp", "tcp[tcpflags] & tcp-ack = 0",
        "ip[6:2] & 0x1fff != 0", "ip[6] & 0x20 != 0", "udp and ip[6:2] & 0x1fff = 0", "ip[0] & 0xf > 5",
        "ether[12:2] > 1500", "ether[0] & 1 = 0", "ether[60] = 0", "ether[100:4] != 0", "udp[8:4] = 0", "udp[4:2] > 60",
        "ip[2:2] > 100", "ip[ip[0] & 0xf] > 10", "ether[ether[14] + 1] > 7", "ip[8] * 2 - 64 >= 64",
        "ip[8] / (ip[1] + 1) > 0", "ip[9] / (ip[9] - 6) > 0", "ip[2:2] % 7 = 3", "ip[2:2] % (ip[9] - 16) = 0", "1 << (ip[0] & 3) = 2",
        "ip[4:2] ^ 0xffff != 0 and ip[8] | 1 = 65", "ip[16] >> 4 = 0xc", "ip[2:2] - len != 0", "-ip[8] = 0xffffffc0",
        "len > 100", "len <= 60", "greater 200", "less 64", "len = 128", "len % 2 = 0",
        "tcp and (port 80 or port 443) and not src net 172.16.0.0/12",
        "(tcp port 443 or udp port 53) and (host 192.168.5.7 or ip6) or arp or (vlan and udp)",
        "not (not (ip and not (udp or icmp)) or (tcp[13] & 2 != 0 and not less 62))",
        "ip proto 17 and ip[6:2] & 0x3fff = 0 and udp[2:2] >= 53 and udp[2:2] < 6001 and len >= 42",
        "(ip[12:4] ^ ip[16:4]) & 0xff000000 = 0", "ip[2:2] + ether[14] * 3 > len",
    ];

    [RootTheory]
    [MemberData(nameof(Expressions))]
    public void Expression_DecidesAsTheClassicProgram(string expression)
    {
        var accepted = bench.Compare(bench.Compile(expression), CaptureDirection.Both, SampleFrames.Mutated);
        // Else the frames would not put the question.
        Assert.InRange(accepted.Count, 1, 2 * SampleFrames.Mutated.Count - 1);
    }

    [RootTheory]
    [InlineData(CaptureDirection.In, 0)]
    [InlineData(CaptureDirection.Out, 1)]
    public void Direction_LooksOnlyAtItsPackets(CaptureDirection direction, int expectedOutgoing)
    {
        var accepted = bench.Compare(bench.Compile("udp or tcp"), direction, SampleFrames.Mutated);
        Assert.NotEmpty(accepted);
        Assert.All(accepted, packet => Assert.Equal(expectedOutgoing == 1, packet.StartsWith("Outgoing", StringComparison.Ordinal)));
    }

    /// <summary>Received tags stand beside the packet, sent ones in it: the filter finds both.</summary>
    [RootTheory]
    [InlineData("vlan", 5)]
    [InlineData("vlan 5", 2)]
    [InlineData("vlan 6 and ip6", 1)]
    [InlineData("vlan 5 and tcp", 1)]
    [InlineData("vlan 7", 1)]
    [InlineData("vlan and vlan 5", 1)]
    [InlineData("vlan 8", 0)]
    [InlineData("not vlan", 22)]
    public void VlanFilter_MatchesTagsWhereverTheyAre(string expression, int frames) =>
        Assert.Equal(2 * frames, bench.Compare(bench.Compile(expression), CaptureDirection.Both, SampleFrames.Whole).Count);

    [RootFact]
    public void LongProgram_IsTranslatedAndLoaded()
    {
        var hosts = string.Join(" or ", Enumerable.Range(1, 90).Select(i => $"host {i:x}::1"));
        var program = bench.Compile(hosts);
        Assert.InRange(program.Length, 1000, 4096);
        bench.Compare(program, CaptureDirection.Both, SampleFrames.Whole);
    }
}
