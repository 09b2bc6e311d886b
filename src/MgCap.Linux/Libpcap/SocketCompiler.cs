using static MgCap.Linux.Libpcap.Pcap;

namespace MgCap.Linux.Libpcap;

/// <summary>
/// Compiles filters for packet sockets of Ethernet interfaces: where the kernel keeps the VLAN tag beside the packet, the program looks
/// for it there. libpcap does that only with a capture handle of an interface; any Ethernet interface will do. The handle's socket
/// receives nothing and is closed once libpcap knows what the kernel can do. Used by one thread at a time.
/// </summary>
public sealed unsafe class SocketCompiler : IDisposable
{
    // An EtherType that nobody sends: the socket that libpcap opens sees no packet.
    private const int NoProtocol = 0x0001;
    private const int SmallestBuffer = 64 * 1024;
    private const int Ethernet = 1;
    private const int MaxSnaplen = 262144;

    private readonly PcapHandle _pcap;

    private SocketCompiler(PcapHandle pcap) => _pcap = pcap;

    /// <summary>Opens a handle.</summary>
    /// <param name="interfaceName">An Ethernet or loopback interface that is up.</param>
    /// <param name="problem">Why there is none: it is down, no Ethernet interface or gone, or the process lacks CAP_NET_RAW.</param>
    /// <returns>null where there is none.</returns>
    public static SocketCompiler? TryOpen(string interfaceName, out string? problem)
    {
        var errors = stackalloc byte[PCAP_ERRBUF_SIZE];
        var pcap = pcap_create(interfaceName, errors);
        if (pcap.IsInvalid)
        {
            problem = FilterCompiler.Text(errors);
            pcap.Dispose();
            return null;
        }

        // The longest, so that a short one does not make libpcap round the ring up.
        pcap_set_snaplen(pcap, MaxSnaplen);
        pcap_set_buffer_size(pcap, SmallestBuffer);
        pcap_set_protocol_linux(pcap, NoProtocol);
        problem = pcap_activate(pcap) < 0 ? FilterCompiler.Text(pcap_geterr(pcap))
            : pcap_datalink(pcap) != Ethernet ? $"{interfaceName} is no Ethernet interface"
            : CloseSocket(pcap) ? null : "its socket can't be closed";
        if (problem is null)
            return new SocketCompiler(pcap);
        pcap.Dispose();
        return null;
    }

    /// <summary>Compiles a text.</summary>
    /// <param name="filter">The text; no NUL.</param>
    /// <param name="snaplen">What the program returns for a packet that matches.</param>
    /// <param name="netmask">The IPv4 network mask in network byte order.</param>
    /// <param name="optimize">Whether libpcap optimizes the program, and refuses one that matches nothing.</param>
    /// <exception cref="FilterException">With libpcap's message.</exception>
    public ClassicInstruction[] Compile(string filter, int snaplen, uint netmask, bool optimize) =>
        FilterCompiler.WithSnaplen(FilterCompiler.Compile(_pcap, filter, netmask, optimize), snaplen);

    /// <inheritdoc/>
    public void Dispose() => _pcap.Dispose();

    /// <summary>In the socket's place comes what can be closed with the handle, and nothing be sent through.</summary>
    private static bool CloseSocket(PcapHandle pcap)
    {
        var nothing = Libc.Fcntl.open("/dev/null", Libc.Fcntl.O_RDONLY | Libc.Fcntl.O_CLOEXEC);
        if (nothing < 0)
            return false;
        var replaced = Libc.Unistd.dup3(nothing, pcap_fileno(pcap), Libc.Fcntl.O_CLOEXEC) >= 0;
        _ = Libc.Unistd.close(nothing);
        return replaced;
    }
}
