using MgCap.Linux;
using static MgCap.Capture.Filtering.BpfAssembler;
using static MgCap.Capture.Filtering.ClassicBpf;

namespace MgCap.Capture.Filtering;

/// <summary>
/// What translating classic BPF to eBPF is the same for every kind of program: arithmetic, jumps, and scratch memory, which
/// stands at the top of the stack. How a packet is read and what a verdict means is the kind's own.
/// </summary>
/// <param name="a">The register that is A.</param>
/// <param name="x">The register that is X.</param>
internal abstract class ClassicTranslator(byte a, byte x)
{
    protected byte A => a;

    protected byte X => x;

    protected BpfAssembler Code { get; } = new();

    /// <summary>The labels of the classic instructions.</summary>
    protected int[] Targets { get; set; } = [];

    /// <summary>Loads from the packet to A (ABS and IND), or an IPv4 header's length to X (MSH).</summary>
    /// <returns>false when eBPF can't.</returns>
    protected abstract bool EmitPacketLoad(ClassicInstruction instruction, int index);

    protected abstract void EmitLength(byte register);

    protected abstract void EmitReturn(ClassicInstruction instruction);

    /// <summary>Comes before a shift by X, of which eBPF takes the low five bits, as the kernel's classic BPF does.</summary>
    protected virtual void EmitShiftLimit()
    {
    }

    /// <summary>Translates one instruction of valid classic BPF.</summary>
    /// <returns>false when it can't be.</returns>
    protected bool Emit(ClassicInstruction instruction, int index)
    {
        Code.Place(Targets[index]);
        switch (instruction.Code & ClassMask)
        {
            case Ld:
                return EmitLoad(instruction, index, A);
            case Ldx:
                return EmitLoad(instruction, index, X);
            case St:
                Code.Add(StoreWord, Frame, A, Scratch(instruction.K));
                return true;
            case Stx:
                Code.Add(StoreWord, Frame, X, Scratch(instruction.K));
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
                Code.Add(Move32, toA ? A : X, toA ? X : A);
                return true;
        }
    }

    protected void EmitReturnZero()
    {
        Code.Add(Move32Immediate, 0);
        Code.Add(Exit);
    }

    protected static short Scratch(uint word) => (short)(((int)word - ScratchWords) * sizeof(uint));

    private bool EmitLoad(ClassicInstruction instruction, int index, byte register)
    {
        switch (instruction.Code & ModeMask)
        {
            case Imm:
                Code.Add(Move32Immediate, register, 0, 0, (int)instruction.K);
                return true;
            case Mem:
                Code.Add(LoadWord, register, Frame, Scratch(instruction.K));
                return true;
            case Len:
                EmitLength(register);
                return true;
            case Abs or Ind or Msh:
                return EmitPacketLoad(instruction, index);
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
            var divide = Code.NewLabel();
            Code.AddJump(JumpIfNotEqual32, X, 0, 0, divide);
            EmitReturnZero();
            Code.Place(divide);
        }

        if (fromX && operation is ShiftLeft or ShiftRight)
            EmitShiftLimit();

        // Both machines have the same operations under the same numbers.
        if (fromX && operation != Negate)
            Code.Add((byte)instruction.Code, A, X);
        else
            Code.Add((byte)(instruction.Code & ~FromX), A, 0, 0, operation == Negate ? 0 : (int)instruction.K);
    }

    private void EmitJump(ClassicInstruction instruction, int index)
    {
        var next = index + 1;
        var operation = instruction.Code & OperationMask;
        if (operation == Ja)
        {
            Code.AddJump(Targets[next + (int)instruction.K]);
            return;
        }

        // Where the comparison leads on to the next instruction when it holds, its opposite is asked.
        var (condition, elsewhere) = (operation, instruction.JumpTrue);
        var opposite = instruction.JumpTrue == 0 ? Opposite(operation) : null;
        if (opposite is { } asked)
            (condition, elsewhere) = (asked, instruction.JumpFalse);
        var fromX = (instruction.Code & FromX) != 0;
        Code.AddJump(
            (byte)(JumpClass32 | condition | (instruction.Code & FromX)),
            A,
            fromX ? X : (byte)0,
            fromX ? 0 : (int)instruction.K,
            Targets[next + elsewhere]);
        if (opposite is null && instruction.JumpFalse != 0)
            Code.AddJump(Targets[next + instruction.JumpFalse]);
    }

    /// <summary>The opposite of a comparison, which only eBPF has, but not of "any of these bits".</summary>
    private static int? Opposite(int operation)
    {
        const int NotEqual = 0x50, Less = 0xa0, LessOrEqual = 0xb0;
        return operation switch
        {
            Jeq => NotEqual,
            Jgt => LessOrEqual,
            Jge => Less,
            _ => null,
        };
    }
}
