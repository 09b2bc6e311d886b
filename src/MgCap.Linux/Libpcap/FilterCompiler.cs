using System.Runtime.InteropServices;
using System.Text;
using static MgCap.Linux.Libpcap.Pcap;

namespace MgCap.Linux.Libpcap;

/// <summary>Compiles pcap-filter(7) text to classic BPF with libpcap.</summary>
public static unsafe class FilterCompiler
{
    // For texts such as "ip broadcast", which need a network mask, where there is no interface to take one from.
    private const uint AnyNetmask = 0x00ffffff;
    // An EtherType that nobody sends: the socket that libpcap opens sees no packet.
    private const int NoProtocol = 0x0001;
    private const int SmallestBuffer = 64 * 1024;

    /// <summary>Compiles for packets as they stand in a file: nothing stripped, no packet metadata.</summary>
    /// <param name="filter">The text; no NUL.</param>
    /// <param name="dataLinkType">libpcap's DLT_ number.</param>
    /// <param name="snaplen">What the program returns for a packet that matches.</param>
    /// <exception cref="FilterException">With libpcap's message.</exception>
    public static ClassicInstruction[] Compile(string filter, int dataLinkType, int snaplen)
    {
        using var pcap = pcap_open_dead(dataLinkType, snaplen);
        return Compile(pcap, filter, AnyNetmask);
    }

    /// <summary>
    /// Compiles for a socket on an interface: where the kernel keeps the VLAN tag beside the packet, the program looks for it there.
    /// libpcap does that only with a capture handle of the interface, so one is opened that receives nothing.
    /// </summary>
    /// <exception cref="FilterException">With libpcap's message.</exception>
    public static ClassicInstruction[] CompileForSocket(string filter, string interfaceName, int snaplen)
    {
        var errors = stackalloc byte[PCAP_ERRBUF_SIZE];
        using var pcap = pcap_create(interfaceName, errors);
        if (pcap.IsInvalid)
            throw new FilterException(Text(errors));
        // pcap-savefile's largest length, so that a short snaplen does not make libpcap round the ring up.
        pcap_set_snaplen(pcap, snaplen);
        pcap_set_buffer_size(pcap, SmallestBuffer);
        pcap_set_protocol_linux(pcap, NoProtocol);
        if (pcap_activate(pcap) < 0)
            throw new FilterException(Text(pcap_geterr(pcap)));
        uint net, mask;
        if (pcap_lookupnet(interfaceName, &net, &mask, errors) < 0)
            mask = PCAP_NETMASK_UNKNOWN;
        return Compile(pcap, filter, mask);
    }

    private static ClassicInstruction[] Compile(PcapHandle pcap, string filter, uint netmask)
    {
        bpf_program program;
        if (pcap_compile(pcap, &program, filter, optimize: 1, netmask) < 0)
            throw new FilterException(Text(pcap_geterr(pcap)));
        var instructions = new ReadOnlySpan<ClassicInstruction>(program.bf_insns, (int)program.bf_len).ToArray();
        pcap_freecode(&program);
        return instructions;
    }

    private static string Text(byte* text) => Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
}
