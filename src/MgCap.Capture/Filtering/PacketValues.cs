using MgCap.Linux;
using static MgCap.Capture.Filtering.ClassicBpf;

namespace MgCap.Capture.Filtering;

/// <summary>
/// Numbers for what a classic program computes: two computations with the same number have the same result for the same packet.
/// </summary>
internal sealed class PacketValues
{
    private const ushort InitialWord = 0xffff;

    private readonly Dictionary<(ushort Code, uint K, int A, int X), int> _numbers = [];
    private readonly List<(ushort Code, uint K, int A, int X)> _values = [];

    /// <summary>The number of a constant.</summary>
    internal int Constant(uint value) => Number(Ld | Imm, value);

    /// <summary>What a word of scratch memory holds before anything is stored there.</summary>
    internal int Initial(uint word) => Number(InitialWord, word);

    /// <summary>The number of a load or a computation.</summary>
    /// <param name="code">The instruction's code; a load to X has that of the same load to A, where there is one.</param>
    /// <param name="k">Its operand.</param>
    /// <param name="a">The number of A, where it takes part.</param>
    /// <param name="x">The number of X, where it takes part.</param>
    internal int Number(ushort code, uint k, int a = -1, int x = -1)
    {
        var key = (code, k, a, x);
        if (_numbers.TryGetValue(key, out var number))
            return number;
        _numbers[key] = number = _values.Count;
        _values.Add(key);
        return number;
    }

    /// <summary>The constant that a number stands for; null for what depends on the packet.</summary>
    internal uint? ConstantOf(int number) => _values[number] is { Code: Ld | Imm } value ? value.K : null;

    /// <summary>The instruction that loads a value to A again; for one that depends on X (<see cref="DependsOnX"/>), as long as X is the same. null where there is none.</summary>
    internal ClassicInstruction? ReloadOf(int number) =>
        _values[number] is var value && (IsPlainLoad(value.Code) || DependsOnX(number)) ? new(value.Code, 0, 0, value.K) : null;

    /// <summary>Whether a value is loaded from a place that X says.</summary>
    internal bool DependsOnX(int number) => _values[number] is var value && (value.Code & (ClassMask | ModeMask)) == (Ld | Ind) && value.Code != InitialWord;

    /// <summary>Whether an instruction loads to A what depends on neither register nor memory.</summary>
    internal static bool IsPlainLoad(ushort code) => (code & (ClassMask | ModeMask)) is (Ld | Abs) or (Ld | Imm) or (Ld | Len) && code != InitialWord;
}
