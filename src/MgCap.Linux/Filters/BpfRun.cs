namespace MgCap.Linux;

/// <summary>What a program did when it was run for trial.</summary>
/// <param name="ReturnValue">What it returned last.</param>
/// <param name="Nanoseconds">How long it took, on average over all runs.</param>
public readonly record struct BpfRun(uint ReturnValue, int Nanoseconds);
