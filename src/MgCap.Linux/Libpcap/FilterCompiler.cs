using System.Runtime.InteropServices;
using System.Text;
using static MgCap.Linux.Libpcap.Pcap;

namespace MgCap.Linux.Libpcap;

/// <summary>Compiles pcap-filter(7) text to classic BPF with libpcap.</summary>
public static unsafe class FilterCompiler
{
    /// <summary>For texts such as "ip broadcast", which need a network mask, where there is no interface to take one from.</summary>
    public const uint AnyNetmask = 0x00ffffff;

    private const int Ret = 0x06;

    /// <summary>Compiles for packets as they stand in a file: nothing stripped, no packet metadata.</summary>
    /// <param name="filter">The text; no NUL.</param>
    /// <param name="dataLinkType">libpcap's DLT_ number.</param>
    /// <param name="snaplen">What the program returns for a packet that matches.</param>
    /// <param name="netmask">The IPv4 network mask in network byte order.</param>
    /// <param name="optimize">Whether libpcap optimizes the program, and refuses one that matches nothing.</param>
    /// <exception cref="FilterException">With libpcap's message.</exception>
    public static ClassicInstruction[] Compile(string filter, int dataLinkType, int snaplen, uint netmask = AnyNetmask, bool optimize = true)
    {
        using var pcap = pcap_open_dead(dataLinkType, snaplen);
        return Compile(pcap, filter, netmask, optimize);
    }

    /// <summary>Compiles for a socket on an interface, as <see cref="SocketCompiler"/> does.</summary>
    /// <param name="filter">The text; no NUL.</param>
    /// <param name="interfaceName">An Ethernet or loopback interface that is up.</param>
    /// <param name="snaplen">What the program returns for a packet that matches.</param>
    /// <param name="netmask">The IPv4 network mask in network byte order; null for the interface's.</param>
    /// <param name="optimize">Whether libpcap optimizes the program, and refuses one that matches nothing.</param>
    /// <exception cref="FilterException">With libpcap's message.</exception>
    public static ClassicInstruction[] CompileForSocket(string filter, string interfaceName, int snaplen, uint? netmask = null, bool optimize = true)
    {
        using var compiler = SocketCompiler.TryOpen(interfaceName, out var problem) ?? throw new FilterException(problem!);
        return compiler.Compile(filter, snaplen, netmask ?? NetmaskOf(interfaceName), optimize);
    }

    /// <summary>
    /// The IPv4 network mask of an interface in network byte order. 0 where it has no IPv4 address, as tcpdump takes it: then only
    /// 0.0.0.0 and 255.255.255.255 are broadcast addresses. So it is for a mask of 32 bits, which libpcap takes for an unknown one.
    /// </summary>
    public static uint NetmaskOf(string interfaceName)
    {
        var errors = stackalloc byte[PCAP_ERRBUF_SIZE];
        uint net, mask;
        return pcap_lookupnet(interfaceName, &net, &mask, errors) < 0 || mask == PCAP_NETMASK_UNKNOWN ? 0 : mask;
    }

    /// <summary>A program that returns another snap length than the one that it was compiled with.</summary>
    internal static ClassicInstruction[] WithSnaplen(ClassicInstruction[] program, int snaplen) =>
        Array.ConvertAll(program, each => each is { Code: Ret, K: not 0 } ? each with { K = (uint)snaplen } : each);

    internal static ClassicInstruction[] Compile(PcapHandle pcap, string filter, uint netmask, bool optimize)
    {
        bpf_program program;
        if (pcap_compile(pcap, &program, filter, optimize ? 1 : 0, netmask) < 0)
            throw new FilterException(Text(pcap_geterr(pcap)));
        var instructions = new ReadOnlySpan<ClassicInstruction>(program.bf_insns, (int)program.bf_len).ToArray();
        pcap_freecode(&program);
        return instructions;
    }

    internal static string Text(byte* text) => Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
}
