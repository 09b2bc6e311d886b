using static MgCap.Linux.Libpcap.Pcap;

namespace MgCap.Linux.Libpcap;

/// <summary>libpcap's own interpreter of classic BPF: what a filter means (bpf(4)).</summary>
public static unsafe class FilterInterpreter
{
    /// <summary>Runs a program on a packet.</summary>
    /// <param name="program">A program that <see cref="IsValid"/>.</param>
    /// <param name="packet">What was captured of the packet.</param>
    /// <param name="wireLength">How long the packet was.</param>
    /// <returns>How many bytes of it are wanted.</returns>
    public static uint Run(ReadOnlySpan<ClassicInstruction> program, ReadOnlySpan<byte> packet, int wireLength)
    {
        fixed (ClassicInstruction* first = program)
        fixed (byte* data = packet)
            return bpf_filter(first, data, (uint)wireLength, (uint)packet.Length);
    }

    /// <summary>Whether a program consists of known instructions and ends.</summary>
    public static bool IsValid(ReadOnlySpan<ClassicInstruction> program)
    {
        fixed (ClassicInstruction* first = program)
            return bpf_validate(first, program.Length) != 0;
    }
}
