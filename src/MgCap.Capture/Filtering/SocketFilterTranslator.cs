using MgCap.Linux;
using MgCap.Linux.Rings;
using static MgCap.Capture.Filtering.ClassicBpf;

namespace MgCap.Capture.Filtering;

/// <summary>
/// Translates a classic BPF filter to an eBPF socket filter that also counts what it leaves out: the kernel itself counts
/// only what a socket's filter accepts. A packet of the wrong direction is neither accepted nor counted.
/// <code>
///   r6 packet   r7 A   r8 X   r9 counter of this packet's direction   stack M[0..15]
///   on entry the counter goes up, on acceptance down again: so that a load past the packet's end, which ends a program
///   on the spot, counts as left out.
/// </code>
/// Encoding: instruction-set.rst and classic_vs_extended.rst in the kernel's documentation.
/// </summary>
internal sealed class SocketFilterTranslator
{
    private const byte Packet = 6, A = 7, X = 8, Counter = 9, Frame = 10;

    // Offsets in struct __sk_buff (linux/bpf.h).
    private const short SkbLength = 0, SkbPacketType = 4, SkbQueue = 12, SkbProtocol = 16, SkbVlanPresent = 20,
        SkbVlanTag = 24, SkbVlanProtocol = 28, SkbInterface = 40;

    private const byte LoadWord = 0x61, StoreWord = 0x63, StoreZero = 0x62, LoadImmediate64 = 0x18, AtomicAdd64 = 0xdb, ToBigEndian = 0xdc;
    private const byte Move32Immediate = 0xb4, Move32 = 0xbc, Move64 = 0xbf, Move64Immediate = 0xb7;
    private const byte And32Immediate = 0x54, ShiftLeft32Immediate = 0x64;
    private const byte Jump = 0x05, JumpIfEqual32 = 0x16, JumpIfNotEqual32 = 0x56, JumpClass32 = 0x06, Exit = 0x95;
    private const byte MapValueOfDescriptor = 2;
    private const int ScratchWords = 16;

    private readonly List<BpfInstruction> _code = [];
    private readonly List<(int At, int Target)> _jumps = [];

    private SocketFilterTranslator()
    {
    }

    /// <summary>Translates a program.</summary>
    /// <param name="program">Valid classic BPF.</param>
    /// <param name="direction">Packets that are looked at at all.</param>
    /// <param name="counters">Where to count.</param>
    /// <param name="firstCounter">Received packets left out are counted here, sent ones in the counter after it.</param>
    /// <returns>null when the program asks for something about a packet that eBPF does not know.</returns>
    internal static BpfInstruction[]? Translate(
        ReadOnlySpan<ClassicInstruction> program, CaptureDirection direction, BpfCounters counters, int firstCounter)
    {
        var translator = new SocketFilterTranslator();
        translator.EmitPrologue(program, direction, counters, firstCounter);
        var starts = new int[program.Length];
        for (var i = 0; i < program.Length; i++)
        {
            starts[i] = translator._code.Count;
            if (!translator.Emit(program[i], i))
                return null;
        }

        foreach (var (at, target) in translator._jumps)
            translator._code[at] = translator._code[at] with { Offset = (short)(starts[target] - at - 1) };
        return [.. translator._code];
    }

    private void EmitPrologue(ReadOnlySpan<ClassicInstruction> program, CaptureDirection direction, BpfCounters counters, int firstCounter)
    {
        Add(Move64, Packet, 1);
        Add(LoadWord, 0, Packet, SkbPacketType);
        if (direction != CaptureDirection.Both)
        {
            Add(direction == CaptureDirection.Out ? JumpIfEqual32 : JumpIfNotEqual32, 0, 0, 2, (int)PacketType.Outgoing);
            EmitReturnZero();
        }

        EmitCounterAddress(counters, firstCounter);
        Add(JumpIfNotEqual32, 0, 0, 2, (int)PacketType.Outgoing);
        EmitCounterAddress(counters, firstCounter + 1);
        EmitCount(1);
        Add(Move32Immediate, A);
        Add(Move32Immediate, X);
        if (UsesScratch(program))
        {
            for (var word = 0; word < ScratchWords; word++)
                Add(StoreZero, Frame, 0, Scratch((uint)word));
        }
    }

    private static bool UsesScratch(ReadOnlySpan<ClassicInstruction> program)
    {
        foreach (var instruction in program)
        {
            if ((instruction.Code & ClassMask) is St or Stx)
                return true;
        }

        return false;
    }

    private bool Emit(ClassicInstruction instruction, int index)
    {
        switch (instruction.Code & ClassMask)
        {
            case Ld:
                return EmitLoad(instruction);
            case Ldx:
                return EmitLoadX(instruction);
            case St:
                Add(StoreWord, Frame, A, Scratch(instruction.K));
                return true;
            case Stx:
                Add(StoreWord, Frame, X, Scratch(instruction.K));
                return true;
            case Alu:
                EmitArithmetic(instruction);
                return true;
            case Jmp:
                EmitJump(instruction, index);
                return true;
            case Ret:
                EmitReturn(instruction);
                return true;
            default:
                var toA = (instruction.Code & OperationMask) == Txa;
                Add(Move32, toA ? A : X, toA ? X : A);
                return true;
        }
    }

    private bool EmitLoad(ClassicInstruction instruction)
    {
        switch (instruction.Code & ModeMask)
        {
            case Imm:
                Add(Move32Immediate, A, 0, 0, (int)instruction.K);
                return true;
            case Mem:
                Add(LoadWord, A, Frame, Scratch(instruction.K));
                return true;
            case Len:
                Add(LoadWord, A, Packet, SkbLength);
                return true;
            case Abs when instruction.K >= AncillaryBase:
                return EmitAncillaryLoad(instruction.K);
            case Abs:
                Add((byte)instruction.Code, 0, 0, 0, (int)instruction.K);
                Add(Move32, A, 0);
                return true;
            case Ind:
                Add((byte)instruction.Code, 0, X, 0, (int)instruction.K);
                Add(Move32, A, 0);
                return true;
            default:
                return false;
        }
    }

    private bool EmitAncillaryLoad(uint what)
    {
        (short Offset, bool Swap)? field = what switch
        {
            AncillaryProtocol => (SkbProtocol, true),
            AncillaryPacketType => (SkbPacketType, false),
            AncillaryInterface => (SkbInterface, false),
            AncillaryQueue => (SkbQueue, false),
            AncillaryVlanTag => (SkbVlanTag, false),
            AncillaryVlanPresent => (SkbVlanPresent, false),
            AncillaryVlanProtocol => (SkbVlanProtocol, true),
            _ => null,
        };
        if (field is not { } known)
            return false;
        Add(LoadWord, A, Packet, known.Offset);
        if (known.Swap)
            Add(ToBigEndian, A, 0, 0, 16);
        return true;
    }

    private bool EmitLoadX(ClassicInstruction instruction)
    {
        switch (instruction.Code & ModeMask)
        {
            case Imm:
                Add(Move32Immediate, X, 0, 0, (int)instruction.K);
                return true;
            case Mem:
                Add(LoadWord, X, Frame, Scratch(instruction.K));
                return true;
            case Len:
                Add(LoadWord, X, Packet, SkbLength);
                return true;
            case Msh:
                // X = 4 * (packet[k] & 0xf), the length of an IPv4 header.
                Add(Ld | Abs | 0x10, 0, 0, 0, (int)instruction.K);
                Add(And32Immediate, 0, 0, 0, 0xf);
                Add(ShiftLeft32Immediate, 0, 0, 0, 2);
                Add(Move32, X, 0);
                return true;
            default:
                return false;
        }
    }

    private void EmitArithmetic(ClassicInstruction instruction)
    {
        var operation = instruction.Code & OperationMask;
        var fromX = (instruction.Code & FromX) != 0;
        if (fromX && operation is Divide or Modulo)
        {
            Add(JumpIfNotEqual32, X, 0, 2);
            EmitReturnZero();
        }

        // Both machines have the same operations under the same numbers.
        if (fromX && operation != Negate)
            Add((byte)instruction.Code, A, X);
        else
            Add((byte)(instruction.Code & ~FromX), A, 0, 0, operation == Negate ? 0 : (int)instruction.K);
    }

    private void EmitJump(ClassicInstruction instruction, int index)
    {
        var operation = instruction.Code & OperationMask;
        if (operation == Ja)
        {
            AddJump(Jump, 0, 0, 0, index + 1 + (int)instruction.K);
            return;
        }

        var fromX = (instruction.Code & FromX) != 0;
        var condition = (byte)(JumpClass32 | operation | (instruction.Code & FromX));
        AddJump(condition, A, fromX ? X : (byte)0, fromX ? 0 : (int)instruction.K, index + 1 + instruction.JumpTrue);
        if (instruction.JumpFalse != 0)
            AddJump(Jump, 0, 0, 0, index + 1 + instruction.JumpFalse);
    }

    private void EmitReturn(ClassicInstruction instruction)
    {
        if ((instruction.Code & RetFromA) != 0)
        {
            Add(JumpIfNotEqual32, A, 0, 2);
            EmitReturnZero();
            EmitCount(-1);
            Add(Move32, 0, A);
            Add(Exit);
        }
        else if (instruction.K == 0)
        {
            EmitReturnZero();
        }
        else
        {
            EmitCount(-1);
            Add(Move32Immediate, 0, 0, 0, (int)instruction.K);
            Add(Exit);
        }
    }

    private void EmitReturnZero()
    {
        Add(Move32Immediate, 0);
        Add(Exit);
    }

    private void EmitCount(int change)
    {
        Add(Move64Immediate, 1, 0, 0, change);
        Add(AtomicAdd64, Counter, 1);
    }

    private void EmitCounterAddress(BpfCounters counters, int index)
    {
        Add(LoadImmediate64, Counter, MapValueOfDescriptor, 0, counters.Descriptor);
        Add(0, 0, 0, 0, index * sizeof(ulong));
    }

    private static short Scratch(uint word) => (short)(((int)word - ScratchWords) * sizeof(uint));

    private void AddJump(byte code, byte destination, byte source, int immediate, int target)
    {
        _jumps.Add((_code.Count, target));
        Add(code, destination, source, 0, immediate);
    }

    private void Add(byte code, byte destination = 0, byte source = 0, short offset = 0, int immediate = 0) =>
        _code.Add(new BpfInstruction(code, (byte)(source << 4 | destination), offset, immediate));
}
