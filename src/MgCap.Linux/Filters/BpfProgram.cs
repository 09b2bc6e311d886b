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
    public static BpfProgram LoadSocketFilter(string name, ReadOnlySpan<BpfInstruction> instructions)
    {
        fixed (BpfInstruction* first = instructions)
        {
            var fd = Bpf.bpf_prog_load(Bpf.BPF_PROG_TYPE_SOCKET_FILTER, name, "Dual BSD/GPL", first, (nuint)instructions.Length, null);
            return new BpfProgram(SafeFd.Own(fd, "load a BPF socket filter"));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Fd.Dispose();
}
