using CsCheck;
using MgCap.Capture.Filtering;
using MgCap.Linux;
using MgCap.Testing;
using static MgCap.Capture.Filtering.ClassicBpf;

namespace MgCap.Capture.Tests.Filtering;

/// <summary>Programs that libpcap does not write, up to the edges of classic BPF.</summary>
public sealed class TranslatedProgramTests(FilterBench bench) : IClassFixture<FilterBench>
{
    private const ushort RetA = Ret | RetFromA;

    private static readonly Gen<ClassicInstruction> _ancillary = ClassicPrograms.Among(
        AncillaryProtocol, AncillaryPacketType, AncillaryInterface, AncillaryQueue, AncillaryVlanTag, AncillaryVlanPresent, AncillaryVlanProtocol)
        .Select(k => new ClassicInstruction(Ld | Abs | Word, 0, 0, k));

    [RootFact]
    public void AnyProgram_DecidesAsTheKernelDoes() => Gen.Select(ClassicPrograms.With(_ancillary), Gen.Enum<CaptureDirection>()).Sample(
        (program, direction) => bench.Compare(program, direction, SampleFrames.Mutated),
        iter: 250,
        threads: 1);

    [RootFact]
    public void LoadPastTheEnd_LeavesThePacketOutAndCountsIt()
    {
        var accepted = bench.Compare(
            [new(Ld | Abs | Word, 0, 0, 60), Return(200)], CaptureDirection.Both, [new byte[63], new byte[64], new byte[65]]);
        Assert.Equal(4, accepted.Count);
    }

    [RootFact]
    public void DivisionByXOfZero_LeavesThePacketOutAndCountsIt()
    {
        // A frame's 20th byte divides; of 1 it is kept, of 0 the program ends.
        ClassicInstruction[] program =
            [new(Ld | Abs | SingleByte, 0, 0, 20), new(Misc, 0, 0, 0), new(Ld | Imm, 0, 0, 7), new(Alu | Divide | FromX, 0, 0, 0), new(RetA, 0, 0, 0)];
        var one = new byte[60];
        one[20] = 1;
        var accepted = bench.Compare(program, CaptureDirection.Both, [new byte[60], one]);
        Assert.Equal(2, accepted.Count);
        Assert.All(accepted, packet => Assert.EndsWith(": 00000000000000", packet, StringComparison.Ordinal));
    }

    [RootFact]
    public void ReturnedLength_CutsThePacket()
    {
        var accepted = bench.Compare(
            [new(Ld | Abs | SingleByte, 0, 0, 14), new(RetA, 0, 0, 0)],
            CaptureDirection.Both,
            [.. Enumerable.Range(0, 5).Select(length => new byte[60].Select((_, i) => i == 14 ? (byte)length : (byte)0x11).ToArray())]);
        Assert.Equal(8, accepted.Count);
        Assert.Equal(["11", "1111", "111111", "11111111"], accepted.Take(4).Select(packet => packet.Split(' ')[^1]));
    }

    [RootFact]
    public void UnknownQuestion_IsNotTranslated()
    {
        const uint Random = AncillaryBase + 56;
        using var counters = new BpfCounters("mgcap_test", 2);
        Assert.Null(SocketFilterTranslator.Translate([new(Ld | Abs, 0, 0, Random), Return(96)], new WantedPackets(CaptureDirection.Both), counters, 0));
    }
}
