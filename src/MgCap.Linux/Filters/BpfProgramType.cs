using MgCap.Linux.Libbpf;

namespace MgCap.Linux;

/// <summary>Where a BPF program runs (BPF_PROG_TYPE_ of linux/bpf.h).</summary>
public enum BpfProgramType
{
    /// <summary>At a socket: how much of a packet it keeps.</summary>
    SocketFilter = Bpf.BPF_PROG_TYPE_SOCKET_FILTER,

    /// <summary>At an interface's traffic control, in either direction.</summary>
    SchedCls = Bpf.BPF_PROG_TYPE_SCHED_CLS,

    /// <summary>In a device's driver, before there is a socket buffer.</summary>
    Xdp = Bpf.BPF_PROG_TYPE_XDP,

    /// <summary>At a tracepoint of the kernel.</summary>
    Tracing = Bpf.BPF_PROG_TYPE_TRACING,
}
