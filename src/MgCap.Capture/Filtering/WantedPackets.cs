using MgCap.Linux;
using MgCap.Linux.Rings;
using static MgCap.Capture.Filtering.BpfAssembler;
using static MgCap.Capture.Filtering.ClassicBpf;

namespace MgCap.Capture.Filtering;

/// <summary>
/// Which packets a packet socket is to show its filter at all. Loopback and CAN devices show every sent packet as a received one, too; where
/// a socket sees all interfaces and both directions, only the latter is wanted, as by libpcap (pcap-linux.c, linux_check_direction).
/// </summary>
/// <param name="Direction">The direction.</param>
/// <param name="LeaveOutLooped">Whether sent packets are left out that are received again; without meaning where one direction is wanted.</param>
internal readonly record struct WantedPackets(CaptureDirection Direction, bool LeaveOutLooped = false)
{
    // LOOPBACK_IFINDEX in net/flow.h: in every network namespace.
    private const int LoopbackIndex = 1;

    // ETH_P_CAN, ETH_P_CANFD and ETH_P_CANXL in linux/if_ether.h.
    private const int FirstOfCan = 0x000c, AfterCan = 0x000f;

    private bool ChecksLooped => LeaveOutLooped && Direction == CaptureDirection.Both;

    /// <summary>Puts the check before a program.</summary>
    internal ClassicInstruction[] Before(ReadOnlySpan<ClassicInstruction> program)
    {
        var outgoing = Direction == CaptureDirection.Out;
        return ChecksLooped
            ?
            [
                new(Ld | Word | Abs, 0, 0, AncillaryPacketType),
                new(Jmp | Jeq, 0, 6, (uint)PacketType.Outgoing),
                new(Ld | Word | Abs, 0, 0, AncillaryInterface),
                new(Jmp | Jeq, 3, 0, LoopbackIndex),
                new(Ld | HalfWord | Abs, 0, 0, AncillaryProtocol),
                new(Jmp | Jge, 2, 0, AfterCan),
                new(Jmp | Jge, 0, 1, FirstOfCan),
                Return(0),
                .. program,
            ]
            : Direction == CaptureDirection.Both ? program.ToArray()
            :
            [
                new(Ld | Word | Abs, 0, 0, AncillaryPacketType),
                new(Jmp | Jeq, (byte)(outgoing ? 1 : 0), (byte)(outgoing ? 0 : 1), (uint)PacketType.Outgoing),
                Return(0),
                .. program,
            ];
    }

    /// <summary>Writes the check in eBPF: it ends the program with 0 for what is not wanted, and changes nothing but registers 0 and 1.</summary>
    /// <param name="code">The program.</param>
    /// <param name="packet">The register of its struct __sk_buff; register 0 has the packet's type, before and after.</param>
    internal void Emit(BpfAssembler code, byte packet)
    {
        if (Direction == CaptureDirection.Both && !LeaveOutLooped)
            return;
        var (wanted, unwanted) = (code.NewLabel(), code.NewLabel());
        code.AddJump(Direction == CaptureDirection.Out ? JumpIfEqual32 : JumpIfNotEqual32, 0, 0, (int)PacketType.Outgoing, wanted);
        if (ChecksLooped)
        {
            code.Add(LoadWord, 1, packet, SocketBufferField.Find(AncillaryInterface)!.Value.Offset);
            code.AddJump(JumpIfEqual32, 1, 0, LoopbackIndex, unwanted);
            code.Add(LoadWord, 1, packet, SocketBufferField.Find(AncillaryProtocol)!.Value.Offset);
            code.Add(ToBigEndian, 1, 0, 0, 16);
            for (var protocol = FirstOfCan; protocol < AfterCan; protocol++)
                code.AddJump(JumpIfEqual32, 1, 0, protocol, unwanted);
            code.AddJump(wanted);
        }

        code.Place(unwanted);
        code.Add(Move32Immediate, 0);
        code.Add(Exit);
        code.Place(wanted);
    }
}
