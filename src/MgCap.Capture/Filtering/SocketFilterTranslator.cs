using MgCap.Linux;
using MgCap.Linux.Rings;
using static MgCap.Capture.Filtering.BpfAssembler;
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
/// </summary>
internal sealed class SocketFilterTranslator : ClassicTranslator
{
    private const byte Packet = 6, Counter = 9;

    private const byte MapValueOfDescriptor = 2;

    private SocketFilterTranslator()
        : base(a: 7, x: 8)
    {
    }

    /// <summary>Translates a program.</summary>
    /// <param name="program">Valid classic BPF.</param>
    /// <param name="wanted">Packets that are looked at at all.</param>
    /// <param name="counters">Where to count.</param>
    /// <param name="firstCounter">Received packets left out are counted here, sent ones in the counter after it.</param>
    /// <returns>null when the program asks for something about a packet that eBPF does not know.</returns>
    internal static BpfInstruction[]? Translate(
        ReadOnlySpan<ClassicInstruction> program, WantedPackets wanted, BpfCounters counters, int firstCounter)
    {
        var translator = new SocketFilterTranslator();
        translator.EmitPrologue(program, wanted, counters, firstCounter);
        translator.Targets = translator.Code.NewLabels(program.Length);
        for (var i = 0; i < program.Length; i++)
        {
            if (!translator.Emit(program[i], i))
                return null;
        }

        return translator.Code.Assemble();
    }

    private void EmitPrologue(ReadOnlySpan<ClassicInstruction> program, WantedPackets wanted, BpfCounters counters, int firstCounter)
    {
        Code.Add(Move64, Packet, 1);
        Code.Add(LoadWord, 0, Packet, SocketBufferField.PacketTypeAt);
        wanted.Emit(Code, Packet);
        EmitCounterAddress(counters, firstCounter);
        Code.Add(JumpIfNotEqual32, 0, 0, 2, (int)PacketType.Outgoing);
        EmitCounterAddress(counters, firstCounter + 1);
        EmitCount(1);
        Code.Add(Move32Immediate, A);
        Code.Add(Move32Immediate, X);
        if (UsesScratch(program))
        {
            for (var word = 0; word < ScratchWords; word++)
                Code.Add(StoreZero, Frame, 0, Scratch((uint)word));
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

    protected override bool EmitPacketLoad(ClassicInstruction instruction, int index)
    {
        switch (instruction.Code & ModeMask)
        {
            case Abs when instruction.K >= AncillaryBase:
                return EmitAncillaryLoad(instruction.K);
            case Abs:
                Code.Add((byte)instruction.Code, 0, 0, 0, (int)instruction.K);
                Code.Add(Move32, A, 0);
                return true;
            case Ind:
                Code.Add((byte)instruction.Code, 0, X, 0, (int)instruction.K);
                Code.Add(Move32, A, 0);
                return true;
            default:
                Code.Add(Ld | Abs | SingleByte, 0, 0, 0, (int)instruction.K);
                Code.Add(And32Immediate, 0, 0, 0, 0xf);
                Code.Add(ShiftLeft32Immediate, 0, 0, 0, 2);
                Code.Add(Move32, X, 0);
                return true;
        }
    }

    protected override void EmitLength(byte register) => Code.Add(LoadWord, register, Packet, SocketBufferField.LengthAt);

    private bool EmitAncillaryLoad(uint what)
    {
        if (SocketBufferField.Find(what) is not { } field)
            return false;
        Code.Add(LoadWord, A, Packet, field.Offset);
        if (field.IsBigEndian)
            Code.Add(ToBigEndian, A, 0, 0, 16);
        return true;
    }

    protected override void EmitReturn(ClassicInstruction instruction)
    {
        if ((instruction.Code & RetFromA) != 0)
        {
            Code.Add(JumpIfNotEqual32, A, 0, 2);
            EmitReturnZero();
            EmitCount(-1);
            Code.Add(Move32, 0, A);
            Code.Add(Exit);
        }
        else if (instruction.K == 0)
        {
            EmitReturnZero();
        }
        else
        {
            EmitCount(-1);
            Code.Add(Move32Immediate, 0, 0, 0, (int)instruction.K);
            Code.Add(Exit);
        }
    }

    private void EmitCount(int change)
    {
        Code.Add(Move64Immediate, 1, 0, 0, change);
        Code.Add(AtomicAdd64, Counter, 1);
    }

    private void EmitCounterAddress(BpfCounters counters, int index)
    {
        Code.Add(LoadImmediate64, Counter, MapValueOfDescriptor, 0, counters.Descriptor);
        Code.Add(0, 0, 0, 0, index * sizeof(ulong));
    }
}
