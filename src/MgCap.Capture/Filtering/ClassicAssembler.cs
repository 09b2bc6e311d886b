using MgCap.Linux;
using static MgCap.Capture.Filtering.ClassicBpf;

namespace MgCap.Capture.Filtering;

/// <summary>
/// Writes classic BPF with jumps to labels. A comparison's jumps reach 255 instructions; one that has farther to go jumps to
/// an unconditional one behind it.
/// </summary>
internal sealed class ClassicAssembler
{
    private const int Reach = byte.MaxValue;

    private readonly List<Line> _lines = [];
    private readonly List<int> _labels = [];

    internal void Add(int code, uint k = 0) => Add(new ClassicInstruction((ushort)code, 0, 0, k));

    internal void Add(ClassicInstruction instruction) => _lines.Add(new Line(instruction, -1, -1));

    /// <summary>Compares A, and goes on at one of two labels.</summary>
    internal void AddComparison(int code, uint k, int ifTrue, int ifFalse) => _lines.Add(new Line(new ClassicInstruction((ushort)code, 0, 0, k), ifTrue, ifFalse));

    /// <summary>Goes on at a label.</summary>
    internal void AddJump(int label) => _lines.Add(new Line(new ClassicInstruction(Jmp | Ja, 0, 0, 0), label, label));

    /// <summary>A place to jump to, which is not known yet.</summary>
    internal int NewLabel()
    {
        _labels.Add(-1);
        return _labels.Count - 1;
    }

    internal int[] NewLabels(int count) => [.. Enumerable.Range(0, count).Select(_ => NewLabel())];

    /// <summary>The label is before the next instruction, which comes after every jump to it.</summary>
    internal void Place(int label) => _labels[label] = _lines.Count;

    internal ClassicInstruction[] Assemble()
    {
        var isFar = new bool[_lines.Count];
        int[] places;
        // Each jump that becomes far moves what follows it, and may make others far.
        do
        {
            places = Places(isFar);
        }
        while (MarkFar(places, isFar));

        var code = new List<ClassicInstruction>();
        for (var i = 0; i < _lines.Count; i++)
        {
            var line = _lines[i];
            var (onTrue, onFalse) = (Distance(line.IfTrue, places, i), Distance(line.IfFalse, places, i));
            if (line.IfTrue < 0)
            {
                code.Add(line.Instruction);
            }
            else if (line.IsUnconditional)
            {
                code.Add(line.Instruction with { K = (uint)onTrue });
            }
            else if (isFar[i])
            {
                code.Add(line.Instruction with { JumpTrue = 0, JumpFalse = 1 });
                code.Add(new ClassicInstruction(Jmp | Ja, 0, 0, (uint)(onTrue - 1)));
                code.Add(new ClassicInstruction(Jmp | Ja, 0, 0, (uint)(onFalse - 2)));
            }
            else
            {
                code.Add(line.Instruction with { JumpTrue = (byte)onTrue, JumpFalse = (byte)onFalse });
            }
        }

        return [.. code];
    }

    private int[] Places(bool[] isFar)
    {
        var places = new int[_lines.Count + 1];
        for (var i = 0; i < _lines.Count; i++)
            places[i + 1] = places[i] + (isFar[i] ? 3 : 1);
        return places;
    }

    private bool MarkFar(int[] places, bool[] isFar)
    {
        var changed = false;
        for (var i = 0; i < _lines.Count; i++)
        {
            var line = _lines[i];
            if (isFar[i] || line.IfTrue < 0 || line.IsUnconditional)
                continue;
            isFar[i] = Distance(line.IfTrue, places, i) > Reach || Distance(line.IfFalse, places, i) > Reach;
            changed |= isFar[i];
        }

        return changed;
    }

    /// <summary>From the line's first instruction; a far comparison's own two further ones are part of it.</summary>
    private int Distance(int label, int[] places, int line) => label < 0 ? 0 : places[_labels[label]] - places[line] - 1;

    private readonly record struct Line(ClassicInstruction Instruction, int IfTrue, int IfFalse)
    {
        internal bool IsUnconditional => Instruction.Code == (Jmp | Ja);
    }
}
