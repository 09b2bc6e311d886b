using System.Buffers.Binary;
using MgCap.Linux;

namespace MgCap.Capture.Traffic;

/// <summary>
/// The XDP program that makes a thread's packets: it does what <see cref="TrafficFrame.Number"/> does, and redirects the frame
/// to the interface. The next sequence is in a counter, so that one call goes on where the last one ended. Headers are written
/// again each time, since frames come back as their receiver left them: routed ones with other addresses.
/// </summary>
internal static class TrafficProgram
{
    // Registers: r6 the context (struct xdp_md), r7 the counter, r8 the sequence, r2 the frame.
    private const byte Frame = 2;
    private const byte Value = 3;
    private const byte Sum = 4;
    private const byte Port = 5;
    private const byte Context = 6;
    private const byte Counter = 7;
    private const byte Sequence = 8;

    // Operations of instruction-set.rst, 64 bits wide unless they say otherwise.
    private const byte LoadImmediate = 0x18;
    private const byte LoadWord = 0x61;
    private const byte LoadDoubleWord = 0x79;
    private const byte StoreHalf = 0x6b;
    private const byte StoreDoubleWord = 0x7b;
    private const byte StoreByte = 0x73;
    private const byte MoveImmediate = 0xb7;
    private const byte Move = 0xbf;
    private const byte MoveLowWord = 0xbc;
    private const byte AddImmediate = 0x07;
    private const byte Add = 0x0f;
    private const byte AndImmediate = 0x57;
    private const byte XorImmediate = 0xa7;
    private const byte ModuloImmediate = 0x97;
    private const byte ShiftRightImmediate = 0x77;
    private const byte ToBigEndian = 0xdc;
    private const byte JumpIfGreater = 0x2d;
    private const byte JumpIfNotImmediate = 0x55;
    private const byte Call = 0x85;
    private const byte Exit = 0x95;

    private const int MapValue = 2; // BPF_PSEUDO_MAP_VALUE
    private const int RedirectHelper = 23; // bpf_redirect
    private const int ContextData = 0;
    private const int ContextDataEnd = 4;
    private const int Aborted = 0; // XDP_ABORTED

    /// <summary>The instructions.</summary>
    /// <param name="frame">What the packets are like.</param>
    /// <param name="counter">Holds the next sequence.</param>
    /// <param name="interfaceIndex">Where they go.</param>
    internal static BpfInstruction[] Build(TrafficFrame frame, BpfCounters counter, int interfaceIndex)
    {
        var head = frame.Bytes[..(frame.PayloadOffset + TrafficPayload.Length)];
        BpfInstruction[] body =
        [
            Of(LoadDoubleWord, Sequence, Counter),
            .. WriteHead(head),
            .. WriteNumber(frame),
            Of(Move, Value, Sequence),
            Of(AddImmediate, Value, immediate: 1),
            Of(StoreDoubleWord, Counter, Value),
            Of(MoveImmediate, 1, immediate: interfaceIndex),
            Of(MoveImmediate, 2, immediate: 0),
            Of(Call, 0, immediate: RedirectHelper),
            Of(Exit, 0),
        ];
        return
        [
            Of(Move, Context, 1),
            .. Load(Counter, MapValue, counter.Descriptor, 0),
            // The verifier wants to see that the frame is as long as what is written to it.
            Of(LoadWord, Frame, Context, ContextData),
            Of(LoadWord, Value, Context, ContextDataEnd),
            Of(Move, Sum, Frame),
            Of(AddImmediate, Sum, immediate: head.Length),
            Of(JumpIfGreater, Sum, Value, (short)body.Length),
            .. body,
            Of(MoveImmediate, 0, immediate: Aborted),
            Of(Exit, 0),
        ];
    }

    private static List<BpfInstruction> WriteHead(ReadOnlySpan<byte> head)
    {
        var code = new List<BpfInstruction>();
        var offset = 0;
        for (; head.Length - offset >= sizeof(ulong); offset += sizeof(ulong))
        {
            var bytes = head[offset..];
            code.AddRange(Load(Value, 0, BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes[sizeof(int)..])));
            code.Add(Of(StoreDoubleWord, Frame, Value, offset));
        }

        for (; offset < head.Length; offset++)
        {
            code.Add(Of(MoveImmediate, Value, immediate: head[offset]));
            code.Add(Of(StoreByte, Frame, Value, offset));
        }

        return code;
    }

    private static BpfInstruction[] WriteNumber(TrafficFrame frame) =>
    [
        Of(Move, Value, Sequence),
        Of(ToBigEndian, Value, immediate: 64),
        Of(StoreDoubleWord, Frame, Value, frame.SequenceOffset),
        // The flow: port = first + sequence % flows
        Of(Move, Port, Sequence),
        Of(ModuloImmediate, Port, immediate: frame.Flows),
        Of(AddImmediate, Port, immediate: frame.FirstPort),
        // The checksum: both halves of the sequence and the port, added to what stays the same, folded to 16 bits
        Of(Move, Sum, Port),
        Of(AddImmediate, Sum, immediate: frame.Sum),
        Of(Move, Value, Sequence),
        Of(ShiftRightImmediate, Value, immediate: 32),
        Of(Add, Sum, Value),
        Of(MoveLowWord, Value, Sequence),
        Of(Add, Sum, Value),
        .. Fold, .. Fold, .. Fold,
        Of(XorImmediate, Sum, immediate: ushort.MaxValue),
        Of(JumpIfNotImmediate, Sum, offset: 1, immediate: 0),
        Of(MoveImmediate, Sum, immediate: ushort.MaxValue),
        Of(ToBigEndian, Sum, immediate: 16),
        Of(StoreHalf, Frame, Sum, frame.ChecksumOffset),
        Of(ToBigEndian, Port, immediate: 16),
        Of(StoreHalf, Frame, Port, frame.UdpOffset),
    ];

    private static BpfInstruction[] Fold =>
    [
        Of(Move, Value, Sum),
        Of(ShiftRightImmediate, Value, immediate: 16),
        Of(AndImmediate, Sum, immediate: ushort.MaxValue),
        Of(Add, Sum, Value),
    ];

    /// <summary>An instruction of twice the length: 64 bits, or the place of a map's value.</summary>
    private static BpfInstruction[] Load(byte register, int kind, int low, int high) => [Of(LoadImmediate, register, (byte)kind, immediate: low), new(0, 0, 0, high)];

    private static BpfInstruction Of(byte code, byte to, byte from = 0, int offset = 0, int immediate = 0) => new(code, (byte)(from << 4 | to), (short)offset, immediate);
}
