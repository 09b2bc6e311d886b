using MgCap.Linux.Libbpf;

namespace MgCap.Linux;

/// <summary>
/// A program's place in an interface's packet path. It is the process's: when that ends, in whatever way, the kernel takes
/// the program out, and packets pass as before.
/// </summary>
public sealed unsafe class BpfLink : IDisposable
{
    // BPF_TCX_EGRESS of linux/bpf.h; the headers of older kernels lack it.
    private const int TcxEgress = 47;

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

    /// <summary>Has a traffic control program see every packet that the interface sends (tcx, kernel 6.6).</summary>
    /// <exception cref="LinuxException">EINVAL on kernels without tcx.</exception>
    public static BpfLink AttachEgress(int program, int interfaceIndex) =>
        new(Bpf.bpf_link_create(program, interfaceIndex, TcxEgress, null), "attach a traffic control program");

    /// <summary>Takes the program out.</summary>
    public void Dispose() => _fd.Dispose();
}
