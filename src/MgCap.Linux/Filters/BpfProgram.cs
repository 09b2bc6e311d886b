using System.Runtime.InteropServices;
using MgCap.Linux.Libbpf;

namespace MgCap.Linux;

/// <summary>A program that the kernel's verifier has accepted.</summary>
public sealed unsafe class BpfProgram : IDisposable
{
    // BPF_F_XDP_DEV_BOUND_ONLY of linux/bpf.h; the headers of older kernels lack it.
    internal const uint BoundToDevice = 1 << 6;

    private BpfProgram(SafeFd fd)
    {
        Fd = fd;
    }

    internal SafeFd Fd { get; }

    /// <summary>Its descriptor, which stays its own.</summary>
    public int Descriptor => (int)Fd.DangerousGetHandle();

    /// <summary>Loads a socket filter.</summary>
    /// <exception cref="LinuxException">As for <see cref="Load"/>.</exception>
    public static BpfProgram LoadSocketFilter(string name, ReadOnlySpan<BpfInstruction> instructions) =>
        Load(BpfProgramType.SocketFilter, name, instructions);

    /// <summary>Loads a program.</summary>
    /// <param name="type">Where it is to run.</param>
    /// <param name="name">Shown by bpftool; at most 15 characters.</param>
    /// <param name="instructions">The program, its functions after it.</param>
    /// <param name="multiBuffer">For XDP: it can deal with frames that have further buffers (BPF_F_XDP_HAS_FRAGS, Linux 5.18).</param>
    /// <param name="boundTo">For XDP: the number of the only interface that it is for, whose driver it may ask (Linux 6.3).</param>
    /// <param name="tracepoint">For tracing: the tracepoint that it is for (<see cref="BpfObject.KernelTracepoint"/>).</param>
    /// <exception cref="LinuxException">EPERM without CAP_BPF; EINVAL, EACCES or E2BIG with the end of the verifier's log when it refuses.</exception>
    public static BpfProgram Load(
        BpfProgramType type, string name, ReadOnlySpan<BpfInstruction> instructions, bool multiBuffer = false, int? boundTo = null, int? tracepoint = null)
    {
        var attempt = type switch
        {
            BpfProgramType.SocketFilter => "load a BPF socket filter",
            BpfProgramType.SchedCls => "load a BPF program for traffic control",
            BpfProgramType.Tracing => "load a BPF program for a tracepoint",
            _ => "load an XDP program",
        };
        var options = new Bpf.bpf_prog_load_opts
        {
            sz = (nuint)sizeof(Bpf.bpf_prog_load_opts),
            prog_flags = (multiBuffer ? Bpf.BPF_F_XDP_HAS_FRAGS : 0) | (boundTo is null ? 0 : BoundToDevice),
            prog_ifindex = (uint)(boundTo ?? 0),
            expected_attach_type = tracepoint is null ? 0 : Bpf.BPF_TRACE_RAW_TP,
            attach_btf_id = (uint)(tracepoint ?? 0),
        };
        var length = instructions.Length;
        fixed (BpfInstruction* first = instructions)
        {
            // Without a log first: the kernel takes far longer to write one, and says nothing about what it accepts.
            var fd = Load(first, &options);
            if (fd >= 0)
                return new BpfProgram(SafeFd.Own(fd, attempt));
            using var log = new VerifierLog();
            options.log_level = 1;
            options.log_size = VerifierLog.Size;
            options.log_buf = log.Text;
            fd = Load(first, &options);
            if (fd >= 0)
                return new BpfProgram(SafeFd.Own(fd, attempt));
            throw new LinuxException(attempt, (Errno)(-fd), log.End);
        }

        int Load(BpfInstruction* first, Bpf.bpf_prog_load_opts* options) =>
            Bpf.bpf_prog_load((int)type, name, "Dual BSD/GPL", first, (nuint)length, options);
    }

    /// <summary>Runs the program for trial on a frame; it is attached to nothing (BPF_PROG_TEST_RUN).</summary>
    /// <param name="frame">From the Ethernet header on, at least 14 bytes.</param>
    /// <param name="repeat">How often.</param>
    /// <param name="linear">For XDP: as many of the frame's first bytes are in its first buffer, where not as many as fit (Linux 6.18).</param>
    /// <exception cref="LinuxException">EINVAL for a frame that the kernel can't make for this type of program.</exception>
    public BpfRun Run(ReadOnlySpan<byte> frame, int repeat = 1, int? linear = null)
    {
        var run = Run(Descriptor, frame, repeat, linear);
        GC.KeepAlive(Fd);
        return run;
    }

    /// <summary>Runs a program that somebody else holds; otherwise as the other method.</summary>
    public static BpfRun Run(int descriptor, ReadOnlySpan<byte> frame, int repeat = 1, int? linear = null)
    {
        var context = new Bpf.xdp_md { data_end = (uint)(linear ?? 0) };
        fixed (byte* data = frame)
        {
            var options = new Bpf.bpf_test_run_opts
            {
                sz = (nuint)sizeof(Bpf.bpf_test_run_opts),
                data_in = data,
                data_size_in = (uint)frame.Length,
                repeat = repeat,
                ctx_in = linear is null ? null : &context,
                ctx_size_in = linear is null ? 0 : (uint)sizeof(Bpf.xdp_md),
            };
            LinuxException.Check(Bpf.bpf_prog_test_run_opts(descriptor, &options), "run a BPF program for trial");
            return new BpfRun(options.retval, (int)options.duration);
        }
    }

    /// <summary>
    /// Runs an XDP program on copies of a frame and does with each what the program says, as if it had just been received:
    /// BPF_PROG_RUN with live frames (bpf_prog_run.rst in the kernel's documentation). The copies are used again and again
    /// and are as their last user left them, so a program has to write whatever it wants to be right. It has to redirect them;
    /// what happens to a frame then is not told here. Making and dropping the copies' memory takes some 10 ms with each call.
    /// </summary>
    /// <param name="frame">The frame, up to about 3400 bytes: copies lie in one page each.</param>
    /// <param name="count">How many times.</param>
    /// <returns>False when a signal ended it before that.</returns>
    /// <exception cref="LinuxException">EINVAL when the kernel is older than 5.18 or the frame is too long, EPERM without CAP_NET_ADMIN.</exception>
    public bool RunOnLiveFrames(ReadOnlySpan<byte> frame, int count)
    {
        fixed (byte* data = frame)
        {
            var options = new Bpf.bpf_test_run_opts
            {
                sz = (nuint)sizeof(Bpf.bpf_test_run_opts),
                data_in = data,
                data_size_in = (uint)frame.Length,
                repeat = count,
                flags = Bpf.BPF_F_TEST_XDP_LIVE_FRAMES,
            };
            var done = Bpf.bpf_prog_test_run_opts(Descriptor, &options) >= 0;
            var interrupted = !done && Marshal.GetLastPInvokeError() == (int)Errno.EINTR;
            GC.KeepAlive(Fd);
            if (!done && !interrupted)
                LinuxException.Throw("run an XDP program on live frames");
            return done;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Fd.Dispose();
}
