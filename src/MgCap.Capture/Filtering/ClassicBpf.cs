using MgCap.Linux;

namespace MgCap.Capture.Filtering;

/// <summary>Classic BPF's numbers (linux/bpf_common.h and linux/filter.h).</summary>
internal static class ClassicBpf
{
    internal const int ClassMask = 0x07;
    internal const int Ld = 0x00, Ldx = 0x01, St = 0x02, Stx = 0x03, Alu = 0x04, Jmp = 0x05, Ret = 0x06, Misc = 0x07;

    internal const int SizeMask = 0x18;
    internal const int Word = 0x00;

    internal const int ModeMask = 0xe0;
    internal const int Imm = 0x00, Abs = 0x20, Ind = 0x40, Mem = 0x60, Len = 0x80, Msh = 0xa0;

    internal const int OperationMask = 0xf0;
    internal const int Divide = 0x30, Negate = 0x80, Modulo = 0x90;
    internal const int Ja = 0x00, Jeq = 0x10;
    internal const int FromX = 0x08;
    internal const int RetFromA = 0x10;
    internal const int Txa = 0x80;

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

    /// <summary>Puts a check of the packet's direction before a program.</summary>
    internal static ClassicInstruction[] WithDirection(CaptureDirection direction, ReadOnlySpan<ClassicInstruction> program)
    {
        if (direction == CaptureDirection.Both)
            return program.ToArray();
        var outgoing = direction == CaptureDirection.Out;
        return
        [
            new(Ld | Word | Abs, 0, 0, AncillaryPacketType),
            new(Jmp | Jeq, (byte)(outgoing ? 1 : 0), (byte)(outgoing ? 0 : 1), (uint)MgCap.Linux.Rings.PacketType.Outgoing),
            Return(0),
            .. program,
        ];
    }
}
