using System.Runtime.InteropServices;

namespace MgCap.Linux.Libpcap;

/// <summary>pcap/pcap.h and pcap/bpf.h</summary>
internal static unsafe partial class Pcap
{
    internal const int PCAP_ERRBUF_SIZE = 256;
    internal const uint PCAP_NETMASK_UNKNOWN = 0xffffffff;

    private const string Library = NativeLibraries.Pcap;

    internal struct bpf_program
    {
        internal uint bf_len;
        internal ClassicInstruction* bf_insns;
    }

    [LibraryImport(Library)]
    internal static partial PcapHandle pcap_open_dead(int linktype, int snaplen);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial PcapHandle pcap_create(string source, byte* errbuf);

    [LibraryImport(Library)]
    internal static partial int pcap_set_snaplen(PcapHandle p, int snaplen);

    [LibraryImport(Library)]
    internal static partial int pcap_set_buffer_size(PcapHandle p, int bytes);

    [LibraryImport(Library)]
    internal static partial int pcap_set_protocol_linux(PcapHandle p, int protocol);

    [LibraryImport(Library)]
    internal static partial int pcap_activate(PcapHandle p);

    [LibraryImport(Library)]
    internal static partial int pcap_datalink(PcapHandle p);

    [LibraryImport(Library)]
    internal static partial int pcap_fileno(PcapHandle p);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int pcap_lookupnet(string device, uint* netp, uint* maskp, byte* errbuf);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int pcap_compile(PcapHandle p, bpf_program* fp, string str, int optimize, uint netmask);

    [LibraryImport(Library)]
    internal static partial byte* pcap_geterr(PcapHandle p);

    [LibraryImport(Library)]
    internal static partial void pcap_freecode(bpf_program* fp);

    [LibraryImport(Library)]
    internal static partial uint bpf_filter(ClassicInstruction* pc, byte* p, uint wirelen, uint buflen);

    [LibraryImport(Library)]
    internal static partial int bpf_validate(ClassicInstruction* f, int len);

    [LibraryImport(Library)]
    internal static partial void pcap_close(nint p);
}

/// <summary>Owns a pcap_t.</summary>
internal sealed class PcapHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        Pcap.pcap_close(handle);
        return true;
    }
}
