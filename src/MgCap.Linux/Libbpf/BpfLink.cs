using MgCap.Linux.Libbpf;

namespace MgCap.Linux;

/// <summary>
/// A program's place in an interface's packet path. It is the process's: when that ends, in whatever way, the kernel takes
/// the program out, and packets pass as before.
/// </summary>
public sealed unsafe class BpfLink : IDisposable
{
    // BPF_TCX_INGRESS, BPF_TCX_EGRESS and BPF_F_BEFORE of linux/bpf.h; the headers of older kernels lack them.
    private const int TcxIngress = 46;
    private const int TcxEgress = 47;
    private const uint Before = 1 << 3;

    private readonly SafeFd _fd;

    private BpfLink(int fd, string attempt)
    {
        _fd = SafeFd.Own(fd, attempt);
    }

    /// <summary>Has an XDP program see every packet that the interface receives.</summary>
    /// <param name="program">Its descriptor.</param>
    /// <param name="interfaceIndex">The interface.</param>
    /// <param name="native">In the driver; otherwise in the network stack, which works for every driver and is slower.</param>
    /// <exception cref="LinuxException">EBUSY or EEXIST when the interface has an XDP program; EOPNOTSUPP and others when the driver can't.</exception>
    public static BpfLink AttachXdp(int program, int interfaceIndex, bool native)
    {
        var options = new Bpf.bpf_link_create_opts
        {
            sz = (nuint)sizeof(Bpf.bpf_link_create_opts),
            flags = native ? Bpf.XDP_FLAGS_DRV_MODE : Bpf.XDP_FLAGS_SKB_MODE,
        };
        return new BpfLink(Bpf.bpf_link_create(program, interfaceIndex, Bpf.BPF_XDP, &options), "attach an XDP program");
    }

    /// <summary>Has a traffic control program see every packet that the interface receives, or sends, before all other such programs (tcx, kernel 6.6).</summary>
    /// <param name="program">Its descriptor.</param>
    /// <param name="interfaceIndex">The interface.</param>
    /// <param name="sent">Whether it sees what is sent.</param>
    /// <exception cref="LinuxException">EINVAL on kernels without tcx; ERANGE when the interface has 64 programs.</exception>
    public static BpfLink AttachTcx(int program, int interfaceIndex, bool sent)
    {
        // Before the first one: what an earlier one answers ends the chain, unless it is TCX_NEXT.
        var options = new Bpf.bpf_link_create_opts { sz = (nuint)sizeof(Bpf.bpf_link_create_opts), flags = Before };
        return new BpfLink(Bpf.bpf_link_create(program, interfaceIndex, sent ? TcxEgress : TcxIngress, &options), "attach a traffic control program");
    }

    /// <summary>Has a program called at the tracepoint that it was loaded for.</summary>
    /// <param name="program">Its descriptor, of the type <see cref="BpfProgramType.Tracing"/>.</param>
    /// <exception cref="LinuxException">EPERM without CAP_BPF and CAP_PERFMON.</exception>
    public static BpfLink AttachTracepoint(int program) =>
        new(Bpf.bpf_link_create(program, 0, Bpf.BPF_TRACE_RAW_TP, null), "attach a program to a tracepoint");

    /// <summary>Takes the program out.</summary>
    public void Dispose() => _fd.Dispose();
}
