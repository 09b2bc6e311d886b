using MgCap.Linux;

namespace MgCap.Capture.Filtering;

/// <summary>Classic BPF's numbers (linux/bpf_common.h and linux/filter.h).</summary>
internal static class ClassicBpf
{
    internal const int ClassMask = 0x07;
    internal const int Ld = 0x00, Ldx = 0x01, St = 0x02, Stx = 0x03, Alu = 0x04, Jmp = 0x05, Ret = 0x06, Misc = 0x07;

    internal const int SizeMask = 0x18;
    internal const int Word = 0x00, HalfWord = 0x08, SingleByte = 0x10;

    internal const int ModeMask = 0xe0;
    internal const int Imm = 0x00, Abs = 0x20, Ind = 0x40, Mem = 0x60, Len = 0x80, Msh = 0xa0;

    internal const int OperationMask = 0xf0;
    internal const int Plus = 0x00, Subtract = 0x10, Divide = 0x30, Or = 0x40, And = 0x50, ShiftLeft = 0x60, ShiftRight = 0x70, Negate = 0x80, Modulo = 0x90, Xor = 0xa0;
    internal const int Ja = 0x00, Jeq = 0x10, Jgt = 0x20, Jge = 0x30, Jset = 0x40;
    internal const int FromX = 0x08;
    internal const int RetFromA = 0x10;
    internal const int Tax = 0x00, Txa = 0x80;

    /// <summary>Words of scratch memory, M[0] to M[15].</summary>
    internal const int ScratchWords = 16;

    /// <summary>Offsets from here on name what the kernel knows about the packet.</summary>
    internal const uint AncillaryBase = 0xfffff000;
    internal const uint AncillaryProtocol = AncillaryBase + 0;
    internal const uint AncillaryPacketType = AncillaryBase + 4;
    internal const uint AncillaryInterface = AncillaryBase + 8;
    internal const uint AncillaryQueue = AncillaryBase + 24;
    internal const uint AncillaryVlanTag = AncillaryBase + 44;
    internal const uint AncillaryVlanPresent = AncillaryBase + 48;
    internal const uint AncillaryVlanProtocol = AncillaryBase + 60;

    /// <summary>Ends the program; the packet is kept up to this length, or left out at 0.</summary>
    internal static ClassicInstruction Return(uint length) => new(Ret, 0, 0, length);

    /// <summary>Whether an instruction may end the program with a packet that is kept.</summary>
    internal static bool Accepts(ClassicInstruction instruction) => (instruction.Code & ClassMask) == Ret && ((instruction.Code & RetFromA) != 0 || instruction.K != 0);

    /// <summary>How many bytes a load from the packet reads.</summary>
    internal static int LoadSize(ClassicInstruction instruction) => (instruction.Code & SizeMask) switch
    {
        SingleByte => 1,
        HalfWord => 2,
        _ => 4,
    };

    /// <summary>How far on the instructions are that may come after one. As the operand has no sign, a jump back is very far on.</summary>
    internal static long[] Successors(ClassicInstruction instruction) => (instruction.Code & ClassMask) switch
    {
        Ret => [],
        Jmp when (instruction.Code & OperationMask) == Ja => [1L + instruction.K],
        Jmp => [1L + instruction.JumpTrue, 1L + instruction.JumpFalse],
        _ => [1],
    };
}
