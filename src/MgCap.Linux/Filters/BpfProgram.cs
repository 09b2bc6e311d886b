using System.Runtime.InteropServices;
using MgCap.Linux.Libbpf;

namespace MgCap.Linux;

/// <summary>A program that the kernel's verifier has accepted.</summary>
public sealed unsafe class BpfProgram : IDisposable
{
    private BpfProgram(SafeFd fd)
    {
        Fd = fd;
    }

    internal SafeFd Fd { get; }

    /// <summary>Loads a socket filter.</summary>
    /// <exception cref="LinuxException">EPERM without CAP_BPF, EINVAL or EACCES when the verifier refuses it.</exception>
    public static BpfProgram LoadSocketFilter(string name, ReadOnlySpan<BpfInstruction> instructions) =>
        Load(Bpf.BPF_PROG_TYPE_SOCKET_FILTER, name, instructions, "load a BPF socket filter");

    /// <summary>Loads an XDP program.</summary>
    /// <exception cref="LinuxException">EPERM without CAP_BPF and CAP_NET_ADMIN, EINVAL or EACCES when the verifier refuses it.</exception>
    public static BpfProgram LoadXdp(string name, ReadOnlySpan<BpfInstruction> instructions) =>
        Load(Bpf.BPF_PROG_TYPE_XDP, name, instructions, "load an XDP program");

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
            if (Bpf.bpf_prog_test_run_opts(Fd, &options) >= 0)
                return true;
            if (Marshal.GetLastPInvokeError() != (int)Errno.EINTR)
                LinuxException.Throw("run an XDP program on live frames");
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Fd.Dispose();

    private static BpfProgram Load(int type, string name, ReadOnlySpan<BpfInstruction> instructions, string attempt)
    {
        fixed (BpfInstruction* first = instructions)
        {
            var fd = Bpf.bpf_prog_load(type, name, "Dual BSD/GPL", first, (nuint)instructions.Length, null);
            return new BpfProgram(SafeFd.Own(fd, attempt));
        }
    }
}
