using CsCheck;
using MgCap.Capture.Filtering;
using MgCap.Linux;
using MgCap.Linux.Libpcap;

namespace MgCap.Capture.Tests.Filtering;

/// <summary>A reduced program returns for every packet what the program returns, by libpcap's interpreter.</summary>
public sealed class FilterReducerTests
{
    private const int Ethernet = 1;
    private const int Snaplen = 262144;

    private static readonly byte[][] _frames = [.. SampleFrames.Mutated, .. SampleFrames.Nested];

    public static TheoryData<string> Expressions => PacketFilterExpressionTests.Expressions;

    [Theory]
    [MemberData(nameof(Expressions))]
    public void Expression_ReturnsTheSame(string expression)
    {
        var program = FilterCompiler.Compile(expression, Ethernet, Snaplen, optimize: false);
        AssertSame(program, FilterReducer.Reduce(program), [.. _frames, .. _frames.Select((frame, i) => frame[..(14 + i % 60 % (frame.Length - 13))])]);
    }

    [Fact]
    public void RandomProgram_ReturnsTheSame() => Gen.Select(ClassicPrograms.Plain, Gen.Byte.Array[0, 90].Array[4]).Sample(
        (program, packets) =>
        {
            AssertSame(program, FilterReducer.Reduce(program), packets);
        },
        iter: 20_000,
        threads: 1);

    /// <summary>Many expressions of the same kind, of which the sample frames match some: what libpcap's optimizer makes of them is the measure.</summary>
    [Theory]
    [InlineData("host 10.77.{0}.{1}", 300)]
    [InlineData("src host 10.77.{0}.{1}", 600)]
    [InlineData("ip6 host fd77::{1}:{0}", 100)]
    [InlineData("port {2}", 60)]
    [InlineData("tcp port {2}", 100)]
    [InlineData("udp dst portrange {2}-{2}0", 60)]
    [InlineData("net 10.{0}.{1}.0/24", 200)]
    [InlineData("ether host 02:00:00:00:{0}:{1}", 100)]
    [InlineData("(tcp and src port {2} and dst net 10.{0}.{1}.0/24)", 60)]
    [InlineData("vlan {2}", 8)]
    public void LongText_IsAtMostTwiceAsLongAsOptimizedByLibpcap(string pattern, int count)
    {
        var text = string.Join(" or ", Enumerable.Range(1, count).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, pattern, i / 100, i % 100, i)));
        var program = FilterCompiler.Compile(text, Ethernet, Snaplen, optimize: false);
        var optimized = FilterCompiler.Compile(text, Ethernet, Snaplen);

        var reduced = FilterReducer.Reduce(program);

        AssertSame(program, reduced, _frames);
        // libpcap's optimizer moves loads that may end the program; in whole frames none does.
        AssertSame(optimized, reduced, SampleFrames.Whole);
        Assert.True(reduced.Length <= optimized.Length * 2 + 40, $"{reduced.Length} instructions of {program.Length}; libpcap makes {optimized.Length}");
    }

    [Fact]
    public void Loop_IsLeftAsItIs()
    {
        var program = FilterCompiler.Compile("ip6 protochain 6", Ethernet, Snaplen, optimize: false);
        Assert.Same(program, FilterReducer.Reduce(program));
    }

    private static void AssertSame(ClassicInstruction[] program, ClassicInstruction[] reduced, IEnumerable<byte[]> packets)
    {
        Assert.True(FilterInterpreter.IsValid(reduced));
        foreach (var packet in packets)
        {
            var (expected, actual) = (FilterInterpreter.Run(program, packet, packet.Length), FilterInterpreter.Run(reduced, packet, packet.Length));
            Assert.True(expected == actual, $"{expected} became {actual} for {Convert.ToHexString(packet)}:\n{Text(program)}\nbecame\n{Text(reduced)}");
        }
    }

    private static string Text(ClassicInstruction[] program) =>
        string.Join('\n', program.Take(200).Select((each, i) => $"({i:000}) {each.Code:x2} {each.JumpTrue} {each.JumpFalse} {each.K:x}"));
}
