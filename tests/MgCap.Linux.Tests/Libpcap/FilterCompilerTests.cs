using System.Globalization;
using MgCap.Linux.Libpcap;
using MgCap.Linux.Tests.Rings;
using MgCap.Testing;

namespace MgCap.Linux.Tests.Libpcap;

public sealed class FilterCompilerTests
{
    private const int Ethernet = 1;
    private const int Snaplen = 96;

    [Theory]
    [InlineData("arp")]
    [InlineData("tcp port 443 and not host 10.0.0.1")]
    [InlineData("vlan 5 and udp")]
    [InlineData("ip6 and icmp6[0] == 135")]
    public void GoodFilter_IsWhatTcpdumpCompiles(string filter)
    {
        var program = FilterCompiler.Compile(filter, Ethernet, Snaplen);
        // tcpdump's -ddd: the number of instructions, then one on each line.
        var told = ReferenceTools.Tcpdump("-y", "EN10MB", "-s", $"{Snaplen}", "-ddd", filter);
        Assert.Equal(told.TrimEnd(), string.Join('\n', [$"{program.Length}", .. program.Select(Text)]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ip broadcast")]
    public void SpecialFilter_IsTaken(string filter) =>
        Assert.Contains(FilterCompiler.Compile(filter, Ethernet, Snaplen), instruction => instruction is { Code: 0x06, K: Snaplen });

    [Theory]
    [InlineData("tcp port", "syntax error")]
    [InlineData("port 65536", "illegal port number 65536 > 65535")]
    [InlineData("tcp and arp and (ip", "syntax error")]
    [InlineData("ip and ip6 and tcp port 1", "expression rejects all packets")]
    [InlineData("ether[0] = ", "syntax error")]
    public void BadFilter_IsRefused_InLibpcapsWords(string filter, string words)
    {
        var exception = Assert.Throws<FilterException>(() => FilterCompiler.Compile(filter, Ethernet, Snaplen));
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SocketFilter_ForAMissingInterface_IsRefused()
    {
        var exception = Assert.Throws<FilterException>(() => FilterCompiler.CompileForSocket("ip", "none0", Snaplen));
        Assert.NotEqual("", exception.Message);
    }

    [RootTheory]
    [InlineData("vlan 5", 1u, 2u)]
    [InlineData("vlan", 1u, 2u, 3u)]
    [InlineData("vlan 5 and udp dst port 61235", 1u, 2u)]
    [InlineData("udp and not vlan", 0u)]
    [InlineData("udp", 0u, 1u, 2u, 3u)]
    public void SocketFilter_FindsTheTagBesideThePacket(string filter, params uint[] expected)
    {
        using var lab = VethLab.Create("vlan");
        var program = lab.CaptureSide.Run(() => FilterCompiler.CompileForSocket(filter, lab.Options.CaptureName, Snaplen));
        using var reader = new RingReader(lab, ring => ring.AttachFilter(program));
        using var sender = lab.OpenSender();
        sender.Send(Frames.Udp4(new Flow(), 200, 0));
        sender.Send(Frames.Vlan(5, Frames.Udp4(new Flow(), 200, 1)));
        sender.Send(Frames.Vlan(0x6005, Frames.Udp4(new Flow(), 200, 2)));
        sender.Send(Frames.Vlan(6, Frames.Udp4(new Flow(), 200, 3)));
        sender.Send(Frames.Tcp4(new Flow(), 200));

        var packets = reader.Read(expected.Length);
        Assert.Equal(expected, packets.Select(packet => packet.Sequence));
        Assert.All(packets, packet => Assert.Equal((Snaplen, 200), (packet.Data.Length, packet.WireLength)));
        Assert.Equal(((uint)expected.Length, 0u), reader.Ring.ReadAndResetCounters());
    }

    [RootFact]
    public void FileFilter_DoesNotFindTheTagBesideThePacket()
    {
        // The control of the test above: what CompileForSocket is for.
        using var lab = VethLab.Create("novlan");
        using var reader = new RingReader(lab, ring => ring.AttachFilter(FilterCompiler.Compile("tcp or vlan 5", Ethernet, Snaplen)));
        using var sender = lab.OpenSender();
        sender.Send(Frames.Vlan(5, Frames.Udp4(new Flow(), 200)));
        sender.Send(Frames.Tcp4(new Flow(), 200));
        Assert.Equal(0u, Assert.Single(reader.Read(1)).VlanTag);
    }

    [RootFact]
    public void SocketFilter_LeavesNothingBehind()
    {
        using var lab = VethLab.Create("handles");
        for (var i = 0; i < 3; i++)
        {
            lab.CaptureSide.Run(() => FilterCompiler.CompileForSocket("vlan 5", lab.Options.CaptureName, Snaplen));
            Assert.Throws<FilterException>(() => lab.CaptureSide.Run(() => FilterCompiler.CompileForSocket("port", lab.Options.CaptureName, Snaplen)));
        }

        // Not those of the namespace: a child that was started by another test meanwhile has them for as long as it runs.
        var own = Directory.GetFiles("/proc/self/fd").Select(Target).ToHashSet();
        var left = lab.CaptureSide.Run(() => File.ReadAllLines("/proc/thread-self/net/packet")).Skip(1).Select(line => $"socket:[{line.Split(' ')[^1]}]");
        Assert.DoesNotContain(left, own.Contains);
    }

    private static string? Target(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.Name;
        }
        catch (IOException)
        {
            return null; // Closed since it was listed.
        }
    }

    private static string Text(ClassicInstruction instruction) =>
        string.Create(CultureInfo.InvariantCulture, $"{instruction.Code} {instruction.JumpTrue} {instruction.JumpFalse} {instruction.K}");
}
