using System.Diagnostics.CodeAnalysis;
using MgCap.Linux;
using MgCap.Linux.Rings;
using static MgCap.Capture.Filtering.BpfAssembler;
using static MgCap.Capture.Filtering.ClassicBpf;

namespace MgCap.Capture.Filtering;

/// <summary>
/// Translates a classic BPF filter to the body of a function that the programs of capture.bpf.c call before they copy a packet:
/// <code>static __noinline __u32 capture_filter(void *ctx, void *data, void *data_end, __u32 length, __u32 tag)</code>
/// It returns what the classic program returns, 0 for a packet that is not wanted. The body is written twice.
/// <code>
///   quick     r0 A   r1 ctx   r2 data   r3 data_end   r4 length   r5 X
///             reads the packet directly, calls nothing and saves nothing. A load up to where an earlier one on every way
///             has been needs no check; one that ends after data_end goes on at the same instruction of the
///   careful   r0 A   r5 X   stack: ctx, length, the register that a call would lose, what was read
///             which compares with the length and reads by the helper: the rest of a frame may stand in other buffers.
/// </code>
/// Both have M[0..15] in the same place of the stack, and the tag, where the program asks for it.
/// </summary>
internal sealed class FrameFilterTranslator : ClassicTranslator
{
    // The helpers by which programs read where they can't point to (linux/bpf.h). XDP's, of Linux 5.18, reads the first 64 KiB of a frame.
    private const int SkbLoadBytes = 26, XdpLoadBytes = 189, DynptrRead = 201;

    // Where struct traced_packet has the packet's bytes.
    private const int TracedBytesAt = 48;

    private const byte Context = 1, Data = 2, DataEnd = 3, Length = 4, Tag = 5;

    // On the stack, below the scratch memory.
    private const short ContextAt = -72, LengthAt = -80, SavedAt = -88, ReadAt = -96, TagAt = -104;

    // The verifier lets a packet's pointer go 65535 bytes far (MAX_PACKET_OFF), and an instruction 32767.
    private const int FarthestPointer = 0xffff, FarthestLoad = short.MaxValue;

    private readonly ClassicDataflow _flow;
    private readonly FilterSite _site;
    private readonly int[] _quick;
    private readonly int[] _careful;
    private readonly int[] _changeover;
    private readonly bool[] _needsCareful;
    private readonly int _reject;
    private bool[] _followed = [];
    private bool _isCareful;

    private FrameFilterTranslator(ReadOnlySpan<ClassicInstruction> program, FilterSite site)
        : base(a: 0, x: 5)
    {
        _flow = new ClassicDataflow(program, FarthestLoad);
        _site = site;
        _quick = Code.NewLabels(program.Length);
        _careful = Code.NewLabels(program.Length);
        _changeover = Code.NewLabels(program.Length);
        _needsCareful = new bool[program.Length];
        _reject = Code.NewLabel();
    }

    /// <summary>Translates a program, which the verifier may still refuse: it takes no more than a million steps.</summary>
    /// <param name="program">Classic BPF that asks for nothing that is not known there.</param>
    /// <param name="site">The program that calls.</param>
    /// <param name="body">The function's instructions.</param>
    /// <param name="problem">Why there are none.</param>
    internal static bool TryTranslate(
        ReadOnlySpan<ClassicInstruction> program,
        FilterSite site,
        [NotNullWhen(true)] out BpfInstruction[]? body,
        [NotNullWhen(false)] out string? problem)
    {
        body = null;
        problem = ClassicDataflow.Problem(program, question => site == FilterSite.Xdp ? IsAboutTag(question) : SocketBufferField.Find(question) is not null);
        if (problem is not null)
            return false;
        body = new FrameFilterTranslator(program, site).Translate(program);
        if (body is null)
            problem = "the filter is too long: its jumps are farther than eBPF's reach";
        return body is not null;
    }

    private BpfInstruction[]? Translate(ReadOnlySpan<ClassicInstruction> program)
    {
        if (_site == FilterSite.Xdp && program.ToArray().Any(ClassicDataflow.IsQuestion))
            Code.Add(StoreWord, Frame, Tag, TagAt);
        Code.Add(Move32Immediate, A);
        Code.Add(Move32Immediate, X);
        for (var word = 0; word < ScratchWords; word++)
        {
            if ((_flow.UnstoredWords & 1u << word) != 0)
                Code.Add(StoreZero, Frame, 0, Scratch((uint)word));
        }

        EmitCopy(program, _quick, leadsOnFromStart: true);
        if (Array.IndexOf(_needsCareful, true) < 0)
            return Code.Assemble();
        _isCareful = true;
        EmitCopy(program, _careful, leadsOnFromStart: false);
        Code.Place(_reject);
        EmitReturnZero();
        return Code.Assemble();
    }

    /// <summary>Writes what some way leads to: the verifier refuses anything else.</summary>
    private void EmitCopy(ReadOnlySpan<ClassicInstruction> program, int[] labels, bool leadsOnFromStart)
    {
        Targets = labels;
        _followed = new bool[program.Length];
        _followed[0] = leadsOnFromStart;
        for (var i = 0; i < program.Length; i++)
        {
            if (!_followed[i] && !(_isCareful && _needsCareful[i]))
                continue;
            Emit(program[i], i);
            if (!_isCareful && IsLeftToCareful(program[i]))
                continue;
            foreach (var step in Successors(program[i]))
                _followed[i + (int)step] = true;
        }
    }

    private static bool IsAboutTag(uint question) => question is AncillaryVlanPresent or AncillaryVlanTag or AncillaryVlanProtocol;

    /// <summary>The tag is beside the frame: its protocol, then 16 bits.</summary>
    private void EmitAnswerOfTag(uint question)
    {
        Code.Add(LoadWord, A, Frame, TagAt);
        if (question == AncillaryVlanTag)
        {
            Code.Add(And32Immediate, A, 0, 0, 0xffff);
            return;
        }

        Code.Add(ShiftRight32Immediate, A, 0, 0, 16);
        if (question == AncillaryVlanProtocol)
            return;
        var absent = Code.NewLabel();
        Code.AddJump(JumpIfEqual32, A, 0, 0, absent);
        Code.Add(Move32Immediate, A, 0, 0, 1);
        Code.Place(absent);
    }

    private void EmitAnswer(uint question)
    {
        if (_site == FilterSite.Xdp)
        {
            EmitAnswerOfTag(question);
            return;
        }

        // A packet socket's copy of a sent packet says so; the packet itself does not.
        if (question == AncillaryPacketType && _site == FilterSite.Egress)
        {
            Code.Add(Move32Immediate, A, 0, 0, (int)PacketType.Outgoing);
            return;
        }

        var field = SocketBufferField.Find(question)!.Value;
        if (_isCareful)
            Code.Add(LoadDouble, A, Frame, ContextAt);
        Code.Add(LoadWord, A, _isCareful ? A : Context, field.Offset);
        if (field.IsBigEndian)
            Code.Add(ToBigEndian, A, 0, 0, 16);
    }

    private static bool IsLeftToCareful(ClassicInstruction instruction) => IsPacketLoad(instruction) && End(instruction) > FarthestLoad;

    private static bool IsPacketLoad(ClassicInstruction instruction) =>
        !ClassicDataflow.IsQuestion(instruction) && (instruction.Code & (ClassMask | ModeMask)) is (Ld | Abs) or (Ld | Ind) or (Ldx | Msh);

    private static long End(ClassicInstruction instruction) => (long)instruction.K + LoadSize(instruction);

    protected override void EmitLength(byte register)
    {
        if (_isCareful)
            Code.Add(LoadWord, register, Frame, LengthAt);
        else
            Code.Add(Move32, register, Length);
    }

    protected override void EmitReturn(ClassicInstruction instruction)
    {
        if ((instruction.Code & RetFromA) == 0)
            Code.Add(Move32Immediate, 0, 0, 0, (int)instruction.K);
        Code.Add(Exit);
    }

    /// <summary>As libpcap's interpreter has it, other than the kernel's: shifted by 32 or more, nothing is left.</summary>
    protected override void EmitShiftLimit()
    {
        var shift = Code.NewLabel();
        Code.AddJump(JumpIfLess32, X, 0, 32, shift);
        Code.Add(Move32Immediate, A);
        Code.Place(shift);
    }

    protected override bool EmitPacketLoad(ClassicInstruction instruction, int index)
    {
        if (ClassicDataflow.IsQuestion(instruction))
        {
            EmitAnswer(instruction.K);
            return true;
        }

        var isHeaderLength = (instruction.Code & ModeMask) == Msh;
        var register = isHeaderLength ? X : A;
        if (_isCareful)
            EmitCarefulLoad(instruction, register, index);
        else if (!EmitQuickLoad(instruction, register, index))
            return true;
        if (LoadSize(instruction) > 1)
            Code.Add(ToBigEndian, register, 0, 0, 8 * LoadSize(instruction));
        if (isHeaderLength)
        {
            Code.Add(And32Immediate, register, 0, 0, 0xf);
            Code.Add(ShiftLeft32Immediate, register, 0, 0, 2);
        }

        if (_isCareful)
            Code.Add(LoadDouble, Other(register), Frame, SavedAt);
        return true;
    }

    /// <summary>The register that is loaded serves for the check: the careful load has no use for what it was.</summary>
    /// <returns>false when this load is always left to the careful one.</returns>
    private bool EmitQuickLoad(ClassicInstruction instruction, byte register, int index)
    {
        var size = LoadSize(instruction);
        _needsCareful[index] = true;
        if (IsLeftToCareful(instruction))
        {
            Code.AddJump(_changeover[index]);
            return false;
        }

        var end = (int)End(instruction);
        if ((instruction.Code & ModeMask) == Ind)
        {
            Code.Add(Move32, register, X);
            Code.AddJump(JumpIfGreaterImmediate, register, 0, FarthestPointer - end, _changeover[index]);
            Code.Add(Add64, register, Data);
            EmitBound(register, end, index);
            Code.Add(LoadCode(size), register, register, (short)-size);
            return true;
        }

        if (end > _flow.SeenBytes(index))
        {
            Code.Add(Move64, register, Data);
            EmitBound(register, end, index);
        }
        else
        {
            _needsCareful[index] = false;
        }

        Code.Add(LoadCode(size), register, Data, (short)instruction.K);
        return true;
    }

    private void EmitBound(byte register, int end, int index)
    {
        Code.Add(Add64Immediate, register, 0, 0, end);
        Code.AddJump(JumpIfGreater, register, DataEnd, 0, _changeover[index]);
    }

    private void EmitCarefulLoad(ClassicInstruction instruction, byte register, int index)
    {
        if (_needsCareful[index])
        {
            var load = Code.NewLabel();
            if (_followed[index])
                Code.AddJump(load);
            Code.Place(_changeover[index]);
            Code.Add(StoreDouble, Frame, Context, ContextAt);
            Code.Add(StoreWord, Frame, Length, LengthAt);
            Code.Place(load);
        }

        // As the helpers for frames and socket buffers want them; that for a packet at a tracepoint has them in another order.
        const byte Offset = 2, To = 3, Size = 4;
        var size = LoadSize(instruction);
        Code.Add(LoadWord, Size, Frame, LengthAt);
        if ((instruction.Code & ModeMask) == Ind)
        {
            // In 64 bits: a sum of 32 bits that overflows is past the end.
            Code.Add(Move32, Offset, X);
            Code.Add(Move32Immediate, To, 0, 0, (int)instruction.K);
            Code.Add(Add64, Offset, To);
            Code.Add(Move64, To, Offset);
            Code.Add(Add64Immediate, To, 0, 0, size);
            Code.AddJump(JumpIfGreater, To, Size, 0, _reject);
        }
        else
        {
            Code.AddJump(JumpIfLess32, Size, 0, (int)(instruction.K + size), _reject);
            Code.Add(Move32Immediate, Offset, 0, 0, (int)instruction.K);
        }

        Code.Add(StoreDouble, Frame, Other(register), SavedAt);
        if (_site == FilterSite.Tracepoint)
        {
            EmitDynptrRead(Offset, size);
        }
        else
        {
            Code.Add(LoadDouble, Context, Frame, ContextAt);
            Code.Add(Move64, To, Frame);
            Code.Add(Add64Immediate, To, 0, 0, ReadAt);
            Code.Add(Move32Immediate, Size, 0, 0, (int)size);
            Code.Add(Call, 0, 0, 0, _site == FilterSite.Xdp ? XdpLoadBytes : SkbLoadBytes);
        }

        Code.AddJump(JumpIfNotEqual, 0, 0, 0, _reject);
        Code.Add(LoadCode(size), register, Frame, ReadAt);
    }

    /// <summary>bpf_dynptr_read(to, size, bytes, offset, flags)</summary>
    private void EmitDynptrRead(byte offset, int size)
    {
        Code.Add(Move64, 4, offset);
        Code.Add(Move64, 1, Frame);
        Code.Add(Add64Immediate, 1, 0, 0, ReadAt);
        Code.Add(Move32Immediate, 2, 0, 0, size);
        Code.Add(LoadDouble, 3, Frame, ContextAt);
        Code.Add(Add64Immediate, 3, 0, 0, TracedBytesAt);
        Code.Add(Move32Immediate, 5);
        Code.Add(Call, 0, 0, 0, DynptrRead);
    }

    private byte Other(byte register) => register == A ? X : A;

    private static byte LoadCode(int size) => size switch
    {
        1 => 0x71,
        2 => 0x69,
        _ => LoadWord,
    };
}
