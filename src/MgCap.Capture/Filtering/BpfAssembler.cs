using MgCap.Linux;

namespace MgCap.Capture.Filtering;

/// <summary>
/// Writes eBPF with jumps to labels. Encoding: instruction-set.rst and classic_vs_extended.rst in the kernel's documentation.
/// </summary>
internal sealed class BpfAssembler
{
    internal const byte Frame = 10;

    internal const byte LoadWord = 0x61, LoadDouble = 0x79, StoreWord = 0x63, StoreDouble = 0x7b, StoreZero = 0x62;
    internal const byte LoadImmediate64 = 0x18, AtomicAdd64 = 0xdb, ToBigEndian = 0xdc;
    internal const byte Move32Immediate = 0xb4, Move32 = 0xbc, Move64 = 0xbf, Move64Immediate = 0xb7, Add64 = 0x0f, Add64Immediate = 0x07;
    internal const byte And32Immediate = 0x54, ShiftLeft32Immediate = 0x64, ShiftRight32Immediate = 0x74;
    internal const byte Jump = 0x05, JumpClass32 = 0x06, JumpIfEqual32 = 0x16, JumpIfNotEqual32 = 0x56, JumpIfLess32 = 0xa6;
    internal const byte JumpIfNotEqual = 0x55, JumpIfGreater = 0x2d, JumpIfGreaterImmediate = 0x25, Call = 0x85, Exit = 0x95;

    private readonly List<BpfInstruction> _code = [];
    private readonly List<(int At, int Label)> _jumps = [];
    private readonly List<int> _labels = [];

    internal void Add(byte code, byte destination = 0, byte source = 0, short offset = 0, int immediate = 0) =>
        _code.Add(new BpfInstruction(code, (byte)(source << 4 | destination), offset, immediate));

    internal void AddJump(byte code, byte destination, byte source, int immediate, int label)
    {
        _jumps.Add((_code.Count, label));
        Add(code, destination, source, 0, immediate);
    }

    internal void AddJump(int label) => AddJump(Jump, 0, 0, 0, label);

    /// <summary>A place to jump to, which is not known yet.</summary>
    internal int NewLabel()
    {
        _labels.Add(-1);
        return _labels.Count - 1;
    }

    internal int[] NewLabels(int count)
    {
        var labels = new int[count];
        for (var i = 0; i < count; i++)
            labels[i] = NewLabel();
        return labels;
    }

    /// <summary>The label is before the next instruction.</summary>
    internal void Place(int label) => _labels[label] = _code.Count;

    /// <returns>null when a jump is farther than eBPF's jumps reach.</returns>
    internal BpfInstruction[]? Assemble()
    {
        foreach (var (at, label) in _jumps)
        {
            var distance = _labels[label] - at - 1;
            if (distance is < short.MinValue or > short.MaxValue)
                return null;
            _code[at] = _code[at] with { Offset = (short)distance };
        }

        return [.. _code];
    }
}
