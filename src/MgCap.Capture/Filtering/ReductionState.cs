namespace MgCap.Capture.Filtering;

/// <summary>The outcome of a comparison that has been made.</summary>
/// <param name="Value">The number of the value that was compared.</param>
/// <param name="Code">The comparison.</param>
/// <param name="K">With what.</param>
/// <param name="Holds">Whether it holds.</param>
internal readonly record struct KnownTest(int Value, ushort Code, uint K, bool Holds);

/// <summary>
/// What is known before an instruction on one of the ways that lead there. Values are numbers of <see cref="PacketValues"/>.
/// </summary>
/// <param name="A">What the program has in A.</param>
/// <param name="LoadedA">What the reduced program has in A: a load is left out until A is used.</param>
/// <param name="X">What is in X.</param>
/// <param name="Seen">How many of the packet's first bytes exist, as they have been loaded.</param>
internal sealed record ReductionState(int A, int LoadedA, int X, int Seen)
{
    /// <summary>What is in scratch memory, by word; shorter than it where the rest was not stored.</summary>
    internal int[] Memory { get; init; } = [];

    /// <summary>Values that were loaded from places that X says, in their order.</summary>
    internal int[] Indirect { get; init; } = [];

    /// <summary>Comparisons that have been made, in the order of their values.</summary>
    internal KnownTest[] Tests { get; init; } = [];

    /// <summary>The value of a word of scratch memory.</summary>
    internal int? Word(uint word) => word < Memory.Length && Memory[word] >= 0 ? Memory[word] : null;

    /// <summary>The state after a value was stored.</summary>
    internal ReductionState Store(uint word, int value)
    {
        var memory = new int[Math.Max(Memory.Length, (int)word + 1)];
        Array.Fill(memory, -1);
        Memory.CopyTo(memory, 0);
        memory[word] = value;
        return this with { Memory = memory };
    }

    public bool Equals(ReductionState? other) => other is not null && A == other.A && LoadedA == other.LoadedA && X == other.X && Seen == other.Seen
        && Memory.AsSpan().SequenceEqual(other.Memory) && Indirect.AsSpan().SequenceEqual(other.Indirect) && Tests.AsSpan().SequenceEqual(other.Tests);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(A);
        hash.Add(LoadedA);
        hash.Add(X);
        hash.Add(Seen);
        foreach (var value in Memory)
            hash.Add(value);
        foreach (var value in Indirect)
            hash.Add(value);
        foreach (var test in Tests)
            hash.Add(test);
        return hash.ToHashCode();
    }
}
