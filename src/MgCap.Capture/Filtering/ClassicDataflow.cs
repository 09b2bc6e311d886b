using MgCap.Linux;
using static MgCap.Capture.Filtering.ClassicBpf;

namespace MgCap.Capture.Filtering;

/// <summary>
/// What holds before each instruction of a classic program whichever way led there. Classic BPF only jumps forward, so that
/// one look at each instruction in turn tells.
/// </summary>
internal sealed class ClassicDataflow
{
    private readonly int[] _seen;
    private readonly uint[] _stored;

    /// <param name="program">A program without a <see cref="Problem"/>.</param>
    /// <param name="farthest">Loads that end after this many bytes prove nothing.</param>
    internal ClassicDataflow(ReadOnlySpan<ClassicInstruction> program, int farthest)
    {
        var reached = new bool[program.Length];
        _seen = new int[program.Length];
        _stored = new uint[program.Length];
        Array.Fill(_seen, int.MaxValue);
        Array.Fill(_stored, uint.MaxValue);
        (reached[0], _seen[0], _stored[0]) = (true, 0, 0);
        for (var i = 0; i < program.Length; i++)
        {
            if (!reached[i])
                continue;
            var instruction = program[i];
            var seen = FixedEnd(instruction) is { } end && end <= farthest ? Math.Max(_seen[i], (int)end) : _seen[i];
            var stored = _stored[i];
            if ((instruction.Code & ClassMask) is St or Stx)
                stored |= 1u << (int)instruction.K;
            else if ((instruction.Code & (ClassMask | ModeMask)) is (Ld | Mem) or (Ldx | Mem))
                UnstoredWords |= 1u << (int)instruction.K & ~stored;
            foreach (var step in Successors(instruction))
            {
                var next = i + (int)step;
                reached[next] = true;
                _seen[next] = Math.Min(_seen[next], seen);
                _stored[next] &= stored;
            }
        }
    }

    /// <summary>The words of scratch memory, a bit for each, that some way loads without having stored them.</summary>
    internal uint UnstoredWords { get; }

    /// <summary>How many of the packet's first bytes have been looked at, and so exist.</summary>
    internal int SeenBytes(int index) => _seen[index];

    /// <summary>Where a load from a fixed place of the packet ends.</summary>
    /// <returns>null for other instructions.</returns>
    internal static long? FixedEnd(ClassicInstruction instruction) =>
        (instruction.Code & (ClassMask | ModeMask)) is (Ld | Abs) or (Ldx | Msh) ? (long)instruction.K + LoadSize(instruction) : null;

    /// <summary>Says why a program is none, or none that ends on every way; as libpcap's bpf_validate, and without loops.</summary>
    /// <param name="program">Anything.</param>
    /// <param name="canAnswer">Which questions about the packet, from <see cref="AncillaryBase"/> on, have answers.</param>
    /// <returns>null when nothing is wrong.</returns>
    internal static string? Problem(ReadOnlySpan<ClassicInstruction> program, Predicate<uint> canAnswer)
    {
        if (program.IsEmpty)
            return "the filter's program is empty";
        for (var i = 0; i < program.Length; i++)
        {
            var instruction = program[i];
            if (!IsValid(instruction))
                return $"instruction {i} of the filter (code 0x{instruction.Code:x2}, operand {instruction.K}) is not one of classic BPF";
            if (FixedEnd(instruction) is not null && instruction.K >= AncillaryBase && !(IsQuestion(instruction) && canAnswer(instruction.K)))
                return $"instruction {i} of the filter asks for what only a socket knows about a packet";
            foreach (var step in Successors(instruction))
            {
                if (i + step >= program.Length)
                    return $"instruction {i} of the filter leads back or past the program's end";
            }
        }

        return null;
    }

    /// <summary>Whether an instruction asks what the kernel knows about the packet.</summary>
    internal static bool IsQuestion(ClassicInstruction instruction) =>
        (instruction.Code & (ClassMask | ModeMask)) == (Ld | Abs) && instruction.K >= AncillaryBase;

    private static bool IsValid(ClassicInstruction instruction) => (instruction.Code & ClassMask) switch
    {
        _ when instruction.Code > byte.MaxValue => false,
        Ld => (instruction.Code & ~ClassMask) switch
        {
            Abs | Word or Abs | HalfWord or Abs | SingleByte or Ind | Word or Ind | HalfWord or Ind | SingleByte or Imm or Len => true,
            Mem => instruction.K < ScratchWords,
            _ => false,
        },
        Ldx => (instruction.Code & ~ClassMask) switch
        {
            Imm or Len or Msh | SingleByte => true,
            Mem => instruction.K < ScratchWords,
            _ => false,
        },
        St or Stx => (instruction.Code & ~ClassMask) == 0 && instruction.K < ScratchWords,
        Alu => IsValidArithmetic(instruction),
        Jmp => instruction.Code == (Jmp | Ja) || (instruction.Code & OperationMask) is Jeq or Jgt or Jge or Jset,
        Ret => (instruction.Code & ~ClassMask) is 0 or RetFromA,
        _ => (instruction.Code & ~ClassMask) is Tax or Txa,
    };

    private static bool IsValidArithmetic(ClassicInstruction instruction)
    {
        var fromX = (instruction.Code & FromX) != 0;
        return (instruction.Code & OperationMask) switch
        {
            Divide or Modulo => fromX || instruction.K != 0,
            ShiftLeft or ShiftRight => fromX || instruction.K < 32,
            Negate => !fromX,
            var operation => operation <= Xor,
        };
    }
}
