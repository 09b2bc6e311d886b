using System.Buffers.Binary;
using MgCap.Capture.Filtering;
using MgCap.Linux;
using MgCap.Linux.Libpcap;

namespace MgCap.Capture.Tests.Filtering;

/// <summary>
/// A classic program's translation in a program of each type that calls it, loaded but attached to nothing, beside libpcap's
/// interpreter.
/// </summary>
internal sealed class PacketFilter : IDisposable
{
    // What fits into a socket buffer of a trial.
    private const int MaxOneBufferLength = 3000;

    private readonly ClassicInstruction[] _program;
    private readonly BpfProgram _xdp;
    private readonly BpfProgram _schedCls;

    internal PacketFilter(ClassicInstruction[] program)
    {
        Assert.True(FilterInterpreter.IsValid(program));
        _program = program;
        _xdp = Load(BpfProgramType.Xdp, Translate(program, FilterSite.Xdp));
        _schedCls = Load(BpfProgramType.SchedCls, Translate(program, FilterSite.Egress));
    }

    /// <summary>The body of a filter that wants nothing and looks at nothing.</summary>
    internal static BpfInstruction[] Nothing { get; } = [new(0xb4, 0, 0, 0), new(0x95, 0, 0, 0)];

    internal static BpfInstruction[] Translate(ClassicInstruction[] program, FilterSite site)
    {
        Assert.True(FrameFilterTranslator.TryTranslate(program, site, out var body, out var problem), problem);
        return body;
    }

    /// <summary>A program that only calls a filter.</summary>
    /// <param name="type">Where it runs.</param>
    /// <param name="body">The filter.</param>
    /// <param name="tag">For XDP: the tag that the device took out, its protocol before it; 0 for none.</param>
    internal static BpfProgram Load(BpfProgramType type, ReadOnlySpan<BpfInstruction> body, uint tag = 0)
    {
        const int Length = 0, Data = 76, DataEnd = 80, BufferLength = 188;
        BpfInstruction[] main = type == BpfProgramType.Xdp
            ?
            [
                new(0xbf, 0x16, 0, 0),            // r6 = r1
                new(0x85, 0, 0, BufferLength),    // r0 = bpf_xdp_get_buff_len(r1)
                new(0xbf, 0x04, 0, 0),            // r4 = r0
                new(0xbf, 0x61, 0, 0),            // r1 = r6
                new(0x61, 0x12, 0, 0),            // r2 = r1->data
                new(0x61, 0x13, 4, 0),            // r3 = r1->data_end
                new(0xb4, 0x05, 0, (int)tag),     // r5 = tag
            ]
            :
            [
                new(0x61, 0x14, Length, 0),       // r4 = r1->len
                new(0x61, 0x12, Data, 0),         // r2 = r1->data
                new(0x61, 0x13, DataEnd, 0),      // r3 = r1->data_end
            ];
        return BpfProgram.Load(
            type,
            "test_filter",
            [.. main, new(0x85, 0x10, 0, 1), new(0x95, 0, 0, 0), .. body], // r0 = filter(r1, r2, r3, r4, r5); exit
            multiBuffer: type == BpfProgramType.Xdp);
    }

    /// <summary>Runs all three on a frame; they have to say the same.</summary>
    /// <param name="frame">14 bytes or more.</param>
    /// <param name="linear">How much of it XDP finds in the first buffer.</param>
    internal uint Compare(byte[] frame, int? linear = null)
    {
        var expected = FilterInterpreter.Run(_program, frame, frame.Length);
        AssertSame("XDP", _xdp.Run(frame, linear: linear).ReturnValue);
        if (IsTakenForSocketBuffer(frame))
            AssertSame("sched_cls", _schedCls.Run(frame).ReturnValue);
        return expected;

        void AssertSame(string type, uint actual) => Assert.True(
            expected == actual,
            $"libpcap says {expected}, {type} {actual}, of {frame.Length} bytes (linear {linear}): {Convert.ToHexString(frame)}\n"
            + string.Join('\n', _program.Select((each, i) => $"({i:000}) {each}")));
    }

    /// <summary>The kernel makes no socket buffer for a trial from an IP packet without a whole header.</summary>
    private static bool IsTakenForSocketBuffer(byte[] frame)
    {
        const int Ethernet = 14, IPv4 = 20, IPv6 = 40;
        var shortest = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(Ethernet - 2)) switch
        {
            0x0800 => Ethernet + IPv4,
            0x86dd => Ethernet + IPv6,
            _ => Ethernet,
        };
        return frame.Length >= shortest && frame.Length <= MaxOneBufferLength;
    }

    public void Dispose()
    {
        _xdp.Dispose();
        _schedCls.Dispose();
    }
}
