using System.Buffers.Binary;
using CsCheck;
using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Linux;
using MgCap.Testing;
using static MgCap.Capture.Filtering.ClassicBpf;

namespace MgCap.Capture.Tests.Filtering;

/// <summary>Programs that libpcap does not write, each edge and every instruction: decided as libpcap's interpreter does.</summary>
public sealed class FrameFilterTranslatorTests
{
    private const ushort RetA = Ret | RetFromA;
    private const int Snaplen = 96;

    [RootFact]
    public void AnyProgram_DecidesAsLibpcap() => ClassicPrograms.Plain.Sample(
        program =>
        {
            using var filter = new PacketFilter(program);
            foreach (var frame in SampleFrames.Mutated)
                filter.Compare(frame);
            foreach (var frame in SampleFrames.Whole)
                filter.Compare(frame, linear: 14 + frame.Length % 40);
        },
        iter: 250,
        threads: 1);

    /// <summary>Operand and X take values around each edge; A is loaded from the packet, so that nothing is known of it.</summary>
    [RootTheory]
    [InlineData(0x00)] // add
    [InlineData(0x10)] // sub
    [InlineData(0x20)] // mul
    [InlineData(Divide)]
    [InlineData(0x40)] // or
    [InlineData(0x50)] // and
    [InlineData(ShiftLeft)]
    [InlineData(ShiftRight)]
    [InlineData(Negate)]
    [InlineData(Modulo)]
    [InlineData(Xor)]
    public void Arithmetic_IsLibpcaps(int operation)
    {
        foreach (var number in (uint[])[0, 1, 2, 31, 32, 33, 0x7fffffff, 0x80000000, uint.MaxValue])
        {
            List<ClassicInstruction> forms = [new((ushort)(Alu | operation | FromX), 0, 0, 0), new((ushort)(Alu | operation), 0, 0, number)];
            if (operation == Negate)
                forms.RemoveAt(0);
            else if ((operation is Divide or Modulo && number == 0) || (operation is ShiftLeft or ShiftRight && number >= 32))
                forms.RemoveAt(1);
            foreach (var form in forms)
            {
                using var filter = new PacketFilter([new(Ldx | Imm, 0, 0, number), new(Ld | Abs | Word, 0, 0, 14), form, new(RetA, 0, 0, 0)]);
                foreach (var a in (uint[])[0, 1, 7, 0x7fffffff, 0x80000000, 0x80000001, uint.MaxValue])
                    filter.Compare(Numbers(a));
            }
        }
    }

    [RootTheory]
    [InlineData(Jeq)]
    [InlineData(Jgt)]
    [InlineData(Jge)]
    [InlineData(Jset)]
    public void Comparison_IsUnsigned(int operation)
    {
        foreach (var number in (uint[])[0, 1, 0x7fffffff, 0x80000000, uint.MaxValue])
        {
            foreach (var (jumpTrue, jumpFalse) in ((byte, byte)[])[(0, 1), (1, 0), (2, 1), (1, 1), (0, 0)])
            {
                foreach (var fromX in (bool[])[false, true])
                {
                    using var filter = new PacketFilter(
                    [
                        new(Ldx | Imm, 0, 0, number),
                        new(Ld | Abs | Word, 0, 0, 14),
                        new((ushort)(Jmp | operation | (fromX ? FromX : 0)), jumpTrue, jumpFalse, fromX ? 0 : number),
                        Return(1),
                        Return(2),
                        Return(3),
                    ]);
                    foreach (var a in (uint[])[0, 1, 0x7fffffff, 0x80000000, uint.MaxValue])
                        filter.Compare(Numbers(a));
                }
            }
        }
    }

    /// <summary>Every size and mode, with the load ending before, at and after the end of the frame and of its first buffer.</summary>
    [RootTheory]
    [InlineData(Word)]
    [InlineData(HalfWord)]
    [InlineData(SingleByte)]
    public void Load_EndsWithTheFrame(int size)
    {
        var frame = new byte[64];
        new Random(size).NextBytes(frame);
        foreach (var at in (uint[])[0, 13, 20, 58, 59, 60, 61, 62, 63, 64, 65, 32766, 32767, 65535, 65536, 0x7fffffff, 0x80000000, 0xffffefff])
        {
            using var absolute = new PacketFilter([new((ushort)(Ld | Abs | size), 0, 0, at), new(RetA, 0, 0, 0)]);
            using var headerLength = new PacketFilter([new(Ldx | Msh | SingleByte, 0, 0, at), new(Misc | Txa, 0, 0, 0), new(RetA, 0, 0, 0)]);
            CompareBuffers(absolute, frame);
            CompareBuffers(headerLength, frame);
            foreach (var x in (uint[])[0, 1, at / 2, at, uint.MaxValue, uint.MaxValue - at + 30])
            {
                using var indirect = new PacketFilter(
                    [new(Ldx | Imm, 0, 0, x), new((ushort)(Ld | Ind | size), 0, 0, at - x), new(RetA, 0, 0, 0)]);
                CompareBuffers(indirect, frame);
                BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(16), x);
                using var unforeseen = new PacketFilter(
                    [new(Ld | Abs, 0, 0, 16), new(Misc | Tax, 0, 0, 0), new((ushort)(Ld | Ind | size), 0, 0, at - x), new(RetA, 0, 0, 0)]);
                CompareBuffers(unforeseen, frame);
            }
        }
    }

    /// <summary>A, X, M and the length survive a change from direct reading to the helper, and every load after it.</summary>
    [RootFact]
    public void Registers_SurviveTheHelper()
    {
        using var filter = new PacketFilter(
        [
            new(Ldx | Imm, 0, 0, 5), new(Ld | Abs | SingleByte, 0, 0, 2), new(St, 0, 0, 15), new(Stx, 0, 0, 0),
            new(Ldx | Msh | SingleByte, 0, 0, 30), new(Alu | FromX, 0, 0, 0), new(St, 0, 0, 7),
            new(Ld | Ind | HalfWord, 0, 0, 20), new(Ldx | Mem, 0, 0, 7), new(Alu | FromX, 0, 0, 0), new(Ldx | Len, 0, 0, 0),
            new(Alu | FromX, 0, 0, 0), new(Ldx | Mem, 0, 0, 15), new(Alu | FromX, 0, 0, 0), new(Ldx | Mem, 0, 0, 0), new(Alu | FromX, 0, 0, 0),
            new(St, 0, 0, 3), new(Ld | Len, 0, 0, 0), new(Misc | Tax, 0, 0, 0), new(Ld | Mem, 0, 0, 3), new(Alu | FromX, 0, 0, 0), new(RetA, 0, 0, 0),
        ]);
        foreach (var frame in SampleFrames.Whole)
            CompareBuffers(filter, frame);
    }

    [RootFact]
    public void UnstoredMemory_IsZero()
    {
        foreach (var load in (ClassicInstruction[])[new(Ld | Mem, 0, 0, 9), new(Ldx | Mem, 0, 0, 9)])
        {
            using var filter = BpfProgramOf([new(Ld | Imm, 0, 0, 7), new(Ldx | Imm, 0, 0, 7), load, new(Alu | 0x50 | FromX, 0, 0, 0), new(RetA, 0, 0, 0)]);
            Assert.Equal(0u, filter.Run(new byte[60]).ReturnValue);
        }
    }

    [RootFact]
    public void CodeThatNoWayLeadsTo_IsLeftOut()
    {
        using var filter = new PacketFilter([new(Jmp | Ja, 0, 0, 1), Return(1), Return(2), new(Ld | Abs, 0, 0, 12), Return(3)]);
        Assert.Equal(2u, filter.Compare(new byte[60]));
    }

    public static TheoryData<string, ushort, uint> Bad => new()
    {
        { "code 0x28c, operand 0", 0x28c, 0 },
        { "code 0x18, operand 0", Ld | 0x18, 0 },
        { "code 0x60, operand 16", Ld | Mem, 16 },
        { "code 0x02, operand 16", St, 16 },
        { "code 0x34, operand 0", Alu | Divide, 0 },
        { "code 0x64, operand 32", Alu | ShiftLeft, 32 },
        { "code 0xb4, operand 0", Alu | 0xb0, 0 },
        { "code 0x55, operand 0", Jmp | 0x50, 0 },
        { "code 0xa1, operand 0", Ldx | Msh, 0 },
        { "asks for what only a socket knows", Ld | Abs, AncillaryQueue },
        { "leads back or past the program's end", Jmp | Ja, uint.MaxValue - 1 },
        { "leads back or past the program's end", Jmp | Ja, uint.MaxValue },
        { "leads back or past the program's end", Jmp | Ja, 1 },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void BadProgram_IsRefusedWithItsReason(string expected, ushort code, uint k) =>
        Assert.Contains(expected, Refusal([new(Ld | Imm, 0, 0, 0), new(code, 0, 0, k), Return(1)]), StringComparison.Ordinal);

    [Fact]
    public void ProgramWithoutEnd_IsRefused()
    {
        Assert.Contains("empty", Refusal([]), StringComparison.Ordinal);
        Assert.Contains("past the program's end", Refusal([new(Ld | Imm, 0, 0, 0)]), StringComparison.Ordinal);
    }

    [Fact]
    public void FarJump_IsRefused() => Assert.Contains("too long", Refusal(
        [.. Enumerable.Repeat(new ClassicInstruction(Ld | Ind, 0, 0, 0), 4095), Return(1)]), StringComparison.Ordinal);

    [RootFact]
    public void LongFilter_IsTaken()
    {
        var hosts = string.Join(" or ", Enumerable.Range(1, 90).Select(i => $"host {i:x}::1"));
        using var filter = new PacketFilter(CaptureFilter.CompileForFrames(hosts, LinkType.Ethernet, Snaplen));
        Assert.All(SampleFrames.Mutated, frame => filter.Compare(frame));
    }

    [Fact]
    public void BadText_IsRefusedAsElsewhere()
    {
        var refused = Assert.Throws<CaptureRefusedException>(() => CaptureFilter.CompileForFrames("tcp prt 443", LinkType.Ethernet, Snaplen));
        Assert.Equal(RefusalCode.FilterInvalid, refused.Code);
        Assert.Contains("syntax error", refused.Message, StringComparison.Ordinal);
        Assert.Throws<CaptureRefusedException>(() => CaptureFilter.CompileForFrames("ip6 protochain 6", LinkType.Ethernet, Snaplen));
    }

    private static void CompareBuffers(PacketFilter filter, byte[] frame)
    {
        filter.Compare(frame);
        for (var linear = 14; linear < frame.Length; linear += 9)
            filter.Compare(frame, linear);
    }

    private static BpfProgram BpfProgramOf(ClassicInstruction[] program) =>
        PacketFilter.Load(BpfProgramType.Xdp, PacketFilter.Translate(program, FilterSite.Xdp));

    private static string Refusal(ClassicInstruction[] program)
    {
        Assert.False(FrameFilterTranslator.TryTranslate(program, FilterSite.Xdp, out var body, out var problem));
        Assert.Null(body);
        return problem;
    }

    private static byte[] Numbers(uint a)
    {
        var frame = new byte[60];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(14), a);
        return frame;
    }
}
