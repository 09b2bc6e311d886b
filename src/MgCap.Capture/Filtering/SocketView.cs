using MgCap.Capture.Interfaces;
using MgCap.Linux;
using MgCap.Linux.Libpcap;
using static MgCap.Capture.Filtering.ClassicBpf;

namespace MgCap.Capture.Filtering;

/// <summary>
/// Makes a program for packets as files have them fit what a packet socket's filter sees, where that is not the same. libpcap does it
/// in fix_program (pcap-linux.c), and runs the filter itself where it can't; what can't be seen is refused here.
/// </summary>
internal static class SocketView
{
    private const int CanIdentifierLength = 4;

    // Of the header of LINKTYPE_LINUX_SLL2.
    private const uint ProtocolAt = 0, InterfaceAt = 4, PacketTypeAt = 10;

    // Of the others, which start like that of LINKTYPE_LINUX_SLL.
    private const uint OlderPacketTypeAt = 0, OlderProtocolAt = 14;

    /// <summary>Fits a program.</summary>
    /// <param name="program">What libpcap compiled for the link type.</param>
    /// <param name="linkType">The link type.</param>
    /// <exception cref="FilterException">It reads what the filter of a socket does not see.</exception>
    internal static ClassicInstruction[] Fit(ClassicInstruction[] program, LinkType linkType)
    {
        program = Array.ConvertAll(program, WithoutIndex);
        if (linkType.IsCooked)
            return Array.ConvertAll(program, instruction => ReadsPacket(instruction) ? WithoutHeader(instruction, linkType) : instruction);
        return linkType == LinkType.Can && BitConverter.IsLittleEndian
            ? Array.ConvertAll(program, instruction => ReadsPacket(instruction) ? InHostOrder(instruction) : instruction)
            : program;
    }

    /// <summary>
    /// For "inbound" and "outbound" libpcap adds the length of a variable header (radiotap, PRISM) to the number that asks for the packet's
    /// type, which finds nothing.
    /// </summary>
    private static ClassicInstruction WithoutIndex(ClassicInstruction instruction) =>
        instruction is { Code: Ld | HalfWord | Ind, K: AncillaryPacketType } ? instruction with { Code = Ld | HalfWord | Abs } : instruction;

    private static bool ReadsPacket(ClassicInstruction instruction) =>
        (instruction.Code & ClassMask) is Ld or Ldx && (instruction.Code & ModeMask) is Abs or Ind or Msh && !IsAncillary(instruction);

    private static bool IsAncillary(ClassicInstruction instruction) => (instruction.Code & ModeMask) == Abs && instruction.K >= AncillaryBase;

    /// <summary>The socket's packets start after the header; of its fields, the kernel's filter knows some.</summary>
    private static ClassicInstruction WithoutHeader(ClassicInstruction instruction, LinkType linkType)
    {
        if (instruction.K >= linkType.CookedLength)
            return instruction with { K = instruction.K - (uint)linkType.CookedLength };
        if ((instruction.Code & ModeMask) != Abs)
            throw Unseen($"at an offset that depends on the packet, from byte {instruction.K} of the {linkType.Name} header on", linkType);
        return (linkType == LinkType.LinuxCooked2, instruction.K, LoadSize(instruction)) switch
        {
            (true, ProtocolAt, 2) or (false, OlderProtocolAt, 2) => instruction with { K = AncillaryProtocol },
            (true, InterfaceAt, 4) => instruction with { K = AncillaryInterface },
            (true, PacketTypeAt, 1) or (false, OlderPacketTypeAt, 2) or (false, OlderPacketTypeAt + 1, 1) => instruction with { K = AncillaryPacketType },
            // The high byte of a number of 0 to 7.
            (false, OlderPacketTypeAt, 1) => new ClassicInstruction(Ld | Imm, 0, 0, 0),
            _ => throw Unseen($"byte {instruction.K} of the {linkType.Name} header", linkType),
        };
    }

    /// <summary>The kernel has the identifier of a CAN frame in the machine's byte order; a file has it in the network's.</summary>
    private static ClassicInstruction InHostOrder(ClassicInstruction instruction)
    {
        if (instruction.K >= CanIdentifierLength)
            return instruction;
        var isByte = (instruction.Code & ModeMask) == Msh || ((instruction.Code & ModeMask) == Abs && LoadSize(instruction) == 1);
        return isByte
            ? instruction with { K = CanIdentifierLength - 1 - instruction.K }
            : throw new FilterException(
                "the filter reads several bytes of the CAN identifier at once, which the kernel has in another byte order; "
                + "compare it byte by byte, as in 'link[2] = 1 and link[3] = 0x23'");
    }

    private static FilterException Unseen(string what, LinkType linkType) => new(
        $"the filter reads {what}, which the kernel's filter does not see; of the header it sees "
        + (linkType == LinkType.LinuxCooked2
            ? "link[0:2] (the protocol), link[4:4] (the interface's number) and link[10] (the packet type)"
            : "link[0:2] (the packet type) and link[14:2] (the protocol)")
        + $", and {linkType.Name} packets from byte {linkType.CookedLength} on");
}
