using System.Buffers.Binary;
using CsCheck;
using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Linux;
using MgCap.Linux.Libpcap;
using static MgCap.Capture.Filtering.ClassicBpf;

namespace MgCap.Capture.Tests.Filtering;

/// <summary>
/// A socket's program, rewritten for frames with their tags in them, decides as the socket's does of the frame without its tag.
/// libpcap's interpreter runs both.
/// </summary>
public sealed class VlanFilterRewriterTests
{
    private const int InterfaceIndex = 77;

    private static readonly Gen<ClassicInstruction> _question = ClassicPrograms.Among(
        AncillaryPacketType, AncillaryInterface, AncillaryVlanTag, AncillaryVlanPresent, AncillaryVlanProtocol)
        .Select(k => new ClassicInstruction(Ld | Abs | Word, 0, 0, k));

    private static IReadOnlyList<byte[]> Sample { get; } =
    [
        .. SampleFrames.Mutated,
        .. SampleFrames.Mutated.Select(frame => Tagged(frame, 0x8100, 0x6005)),
        .. SampleFrames.Whole.Select(frame => Tagged(frame, 0x88a8, 7)),
        .. Enumerable.Range(14, 30).Select(length => Tagged(SampleFrames.Whole[0], 0x8100, 5)[..length]),
    ];

    [Fact]
    public void AnyProgram_DecidesAsWithoutTheTag() => ClassicPrograms.With(_question).Sample(Compare, iter: 2000, threads: 1);

    /// <summary>Loads of every size and mode from before, around and behind the place of the tag.</summary>
    [Theory]
    [InlineData(Word)]
    [InlineData(HalfWord)]
    [InlineData(SingleByte)]
    public void Load_ReadsAroundTheTag(int size)
    {
        foreach (var at in Enumerable.Range(0, 20).Select(at => (uint)at).Append(uint.MaxValue))
        {
            Compare([new((ushort)(Ld | Abs | size), 0, 0, at & 0x7fffffff), new(Ret | RetFromA, 0, 0, 0)]);
            Compare([new(Ldx | Msh | SingleByte, 0, 0, at & 0x7fffffff), new(Misc | Txa, 0, 0, 0), new(Ret | RetFromA, 0, 0, 0)]);
            foreach (var x in (uint[])[0, 1, 2, 5, 9, 12, 16, uint.MaxValue, uint.MaxValue - 3])
                Compare([new(Ldx | Imm, 0, 0, x), new((ushort)(Ld | Ind | size), 0, 0, at), new(Ret | RetFromA, 0, 0, 0)]);
        }
    }

    [Fact]
    public void RegistersAndMemory_AreKept()
    {
        Compare(
        [
            new(Ldx | Imm, 0, 0, 0xabcdef), new(Ld | Imm, 0, 0, 5), new(St, 0, 0, 3), new(Ldx | Len, 0, 0, 0), new(Alu | FromX, 0, 0, 0),
            new(Ldx | Imm, 0, 0, 0x1234), new(St, 0, 0, 4), new(Ld | Abs | Word, 0, 0, 10), new(Alu | FromX, 0, 0, 0), new(Ldx | Mem, 0, 0, 4),
            new(Alu | Xor | FromX, 0, 0, 0), new(Ldx | Mem, 0, 0, 3), new(Alu | FromX, 0, 0, 0), new(Ret | RetFromA, 0, 0, 0),
        ]);
    }

    /// <summary>Jumps that were within reach are not any more when what lies between has grown.</summary>
    [Fact]
    public void FarJumps_Arrive()
    {
        var hosts = string.Join(" or ", Enumerable.Range(1, 90).Select(i => $"host {i:x}::1"));
        var program = CaptureFilter.CompileForFrames($"len > 70 and ({hosts}) or (vlan and udp[(len - 40):2] != 0)", LinkType.Ethernet, 96);
        Compare(program);
        Compare([new(Ld | Len, 0, 0, 0), new(Jmp | Jgt, 255, 0, 100), .. Enumerable.Repeat(new ClassicInstruction(Ldx | Len, 0, 0, 0), 255), Return(1), Return(2)]);
    }

    [Fact]
    public void WhatAFrameDoesNotKnow_IsRefused()
    {
        Assert.False(VlanFilterRewriter.TryRewrite([new(Ld | Abs, 0, 0, AncillaryQueue), Return(1)], InterfaceIndex, mayBeTakenOut: false, out var rewritten, out var problem));
        Assert.Equal((null, "it asks for what only a socket knows about a packet"), (rewritten, problem));
        ClassicInstruction[] allWords = [.. Enumerable.Range(0, ScratchWords).Select(word => new ClassicInstruction(St, 0, 0, (uint)word)), new(Ldx | Len, 0, 0, 0), Return(1)];
        Assert.False(VlanFilterRewriter.TryRewrite(allWords, InterfaceIndex, mayBeTakenOut: false, out rewritten, out problem));
        Assert.Equal((null, "it uses all of the scratch memory"), (rewritten, problem));
    }

    private static void Compare(ClassicInstruction[] program)
    {
        var rewritten = Rewrite(program, mayBeTakenOut: false);
        var asking = Rewrite(program, mayBeTakenOut: true);
        var inFrame = Answered(asking, Answers(0, 0));
        var takenOut = Answers(0x8100, 0x6005);
        var beside = Answered(asking, takenOut);
        foreach (var frame in Sample)
        {
            var (seen, answers) = AsASocketSees(frame);
            var expected = FilterInterpreter.Run(Answered(program, answers), seen, seen.Length);
            AssertSame("a tag in the frame", expected, rewritten, frame);
            AssertSame("a tag in the frame that could be beside it", expected, inFrame, frame);
            AssertSame("a tag beside the frame", FilterInterpreter.Run(Answered(program, takenOut), frame, frame.Length), beside, frame);
        }

        void AssertSame(string tag, uint expected, ClassicInstruction[] actual, byte[] frame) => Assert.True(
            expected == FilterInterpreter.Run(actual, frame, frame.Length),
            $"with {tag} a socket says {expected} of {Convert.ToHexString(frame)}\n" + string.Join('\n', program.Select((each, i) => $"({i:000}) {each}")));
    }

    private static ClassicInstruction[] Rewrite(ClassicInstruction[] program, bool mayBeTakenOut)
    {
        Assert.True(VlanFilterRewriter.TryRewrite(program, InterfaceIndex, mayBeTakenOut, out var rewritten, out var problem), problem);
        Assert.True(FilterInterpreter.IsValid(rewritten));
        return rewritten;
    }

    /// <summary>The program with the answers in place of its questions, as libpcap's interpreter does not know them.</summary>
    private static ClassicInstruction[] Answered(ClassicInstruction[] program, Dictionary<uint, uint> answers) =>
        [.. program.Select(each => ClassicDataflow.IsQuestion(each) ? new(Ld | Imm, 0, 0, answers[each.K]) : each)];

    private static Dictionary<uint, uint> Answers(uint protocol, uint tag) => new()
    {
        [AncillaryPacketType] = 0,
        [AncillaryInterface] = InterfaceIndex,
        [AncillaryVlanPresent] = protocol != 0 ? 1u : 0,
        [AncillaryVlanTag] = tag,
        [AncillaryVlanProtocol] = protocol,
    };

    private static (byte[] Frame, Dictionary<uint, uint> Answers) AsASocketSees(byte[] frame)
    {
        var type = frame.Length >= 14 ? BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(12)) : 0u;
        var tagged = frame.Length >= 18 && type is 0x8100 or 0x88a8;
        return tagged
            ? ([.. frame[..12], .. frame[16..]], Answers(type, BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(14))))
            : (frame, Answers(0, 0));
    }

    private static byte[] Tagged(byte[] frame, ushort type, ushort tag)
    {
        byte[] tagged = [.. frame[..12], 0, 0, 0, 0, .. frame[12..]];
        BinaryPrimitives.WriteUInt16BigEndian(tagged.AsSpan(12), type);
        BinaryPrimitives.WriteUInt16BigEndian(tagged.AsSpan(14), tag);
        return tagged;
    }
}
