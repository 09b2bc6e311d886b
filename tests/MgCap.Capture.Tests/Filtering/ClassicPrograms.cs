using CsCheck;
using MgCap.Linux;
using static MgCap.Capture.Filtering.ClassicBpf;

namespace MgCap.Capture.Tests.Filtering;

/// <summary>Random programs, up to the edges of classic BPF.</summary>
internal static class ClassicPrograms
{
    private const ushort RetA = Ret | RetFromA;
    private const uint NetworkOffset = 0xfff00000, LinkOffset = 0xffe00000;
    private const int Words = 4;

    private static readonly Gen<uint> _anyOffset = Gen.Frequency(
        (8, Gen.UInt[0, 70]), (2, Gen.UInt[0, 1600]), (1, Gen.UInt[0, 30].Select(k => NetworkOffset + k)),
        (1, Gen.UInt[0, 30].Select(k => LinkOffset + k)), (1, Gen.UInt[0x7fffff00, 0x80000100]));

    private static readonly Gen<ushort> _size = Among((ushort)Word, (ushort)HalfWord, (ushort)SingleByte);
    private static readonly Gen<uint> _number = Gen.OneOf(Gen.UInt[0, 300], Gen.UInt, Among(0u, 1u, 0x7fffffffu, 0x80000000u, uint.MaxValue));

    /// <summary>Jump distances are made to fit where the instruction will stand.</summary>
    private static readonly Gen<ClassicInstruction> _instruction = Gen.Frequency(
        (6, Gen.Select(_size, _anyOffset, (size, k) => new ClassicInstruction((ushort)(Ld | Abs | size), 0, 0, k))),
        (3, Gen.Select(_size, _anyOffset, (size, k) => new ClassicInstruction((ushort)(Ld | Ind | size), 0, 0, k))),
        (1, _number.Select(k => new ClassicInstruction(Ld | Imm, 0, 0, k))),
        (1, Gen.Const(new ClassicInstruction(Ld | Len, 0, 0, 0))),
        (1, Gen.UInt[0, Words - 1].Select(k => new ClassicInstruction(Ld | Mem, 0, 0, k))),
        (1, Gen.OneOf(Gen.UInt[0, 3], _number).Select(k => new ClassicInstruction(Ldx | Imm, 0, 0, k))),
        (1, Gen.Const(new ClassicInstruction(Ldx | Len, 0, 0, 0))),
        (1, Gen.UInt[0, Words - 1].Select(k => new ClassicInstruction(Ldx | Mem, 0, 0, k))),
        (1, Gen.UInt[0, 70].Select(k => new ClassicInstruction(Ldx | Msh | SingleByte, 0, 0, k))),
        (2, Gen.UInt[0, Words - 1].Select(k => new ClassicInstruction(St, 0, 0, k))),
        (1, Gen.UInt[0, Words - 1].Select(k => new ClassicInstruction(Stx, 0, 0, k))),
        (2, Among((ushort)0, Txa).Select(direction => new ClassicInstruction((ushort)(Misc | direction), 0, 0, 0))),
        (5, Gen.Select(Gen.Int[0, 10], Gen.Bool, _number, Arithmetic)),
        (6, Gen.Select(Gen.Int[0, 4], Gen.Bool, Gen.Byte, Gen.Byte, _number, Branch)),
        (1, Gen.Select(Gen.Bool, Gen.UInt[0, 200], (fromA, k) => fromA ? new ClassicInstruction(RetA, 0, 0, 0) : Return(k))));

    /// <summary>Programs that end on every way and have no code that no way leads to.</summary>
    internal static Gen<ClassicInstruction[]> Plain { get; } = Of(_instruction);

    /// <summary>The same, with further instructions among the others.</summary>
    internal static Gen<ClassicInstruction[]> With(Gen<ClassicInstruction> further) => Of(Gen.Frequency((20, _instruction), (1, further)));

    internal static Gen<T> Among<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Gen<ClassicInstruction[]> Of(Gen<ClassicInstruction> instruction) =>
        Gen.Select(instruction.Array[1, 40], Gen.Bool, Gen.UInt[0, 200], Assemble);

    private static ClassicInstruction Arithmetic(int which, bool fromX, uint number)
    {
        var operation = (ushort)(which << 4);
        var k = operation switch
        {
            0x60 or 0x70 => number % 32,
            Divide or Modulo => Math.Max(1, number),
            _ => number,
        };
        return operation == Negate ? new(Alu | Negate, 0, 0, 0) : new((ushort)(Alu | operation | (fromX ? FromX : 0)), 0, 0, fromX ? 0 : k);
    }

    private static ClassicInstruction Branch(int which, bool fromX, byte jumpTrue, byte jumpFalse, uint number) => which == 0
        ? new(Jmp | Ja, 0, 0, jumpTrue)
        : new((ushort)(Jmp | which << 4 | (fromX ? FromX : 0)), jumpTrue, jumpFalse, fromX ? 0 : number);

    /// <summary>
    /// Every word of scratch memory is stored first, as the kernel refuses programs that may load what was never stored; and
    /// A is loaded, as the check of the direction leaves something in it before a classic program.
    /// </summary>
    private static ClassicInstruction[] Assemble(ClassicInstruction[] body, bool returnsA, uint length)
    {
        var scratch = Array.Exists(body, each => (each.Code & ClassMask) is St or Stx || (each.Code & (ClassMask | ModeMask)) is (Ld | Mem) or (Ldx | Mem));
        ClassicInstruction[] start = scratch ? [.. Enumerable.Range(0, Words).Select(word => new ClassicInstruction(St, 0, 0, (uint)word))] : [];
        var fitted = body.Select((each, i) => (each.Code & ClassMask) == Jmp ? Fit(each, body.Length - i) : each);
        return [new(Ld | Imm, 0, 0, 0), .. start, .. WithoutDeadCode([.. fitted]), returnsA ? new(RetA, 0, 0, 0) : Return(length)];
    }

    /// <summary>The verifier refuses what can't be reached, and libpcap writes no such thing: what would cut the way is replaced.</summary>
    private static ClassicInstruction[] WithoutDeadCode(ClassicInstruction[] body)
    {
        var reached = new bool[body.Length + 1];
        for (var i = 0; i < body.Length; i++)
        {
            if (!reached[i + 1] && !Successors(body[i]).Contains(1))
                body[i] = new(Ld | Len, 0, 0, 0);
            foreach (var distance in Successors(body[i]))
                reached[i + (int)distance] = true;
        }

        return body;
    }

    /// <param name="jump">A jump to anywhere.</param>
    /// <param name="room">Instructions after it.</param>
    private static ClassicInstruction Fit(ClassicInstruction jump, int room) => (jump.Code & OperationMask) == Ja
        ? jump with { K = (uint)(jump.K % room) }
        : jump with { JumpTrue = (byte)(jump.JumpTrue % room), JumpFalse = (byte)(jump.JumpFalse % room) };
}
