using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;

namespace MgCap.Bench.Parts;

/// <summary>From the rings of the xdp engine, which its own program has filled, to the blocks for the file.</summary>
[SuppressMessage("Design", "CA1001", Justification = "BenchmarkDotNet calls CleanUp.")]
public class MergeBench
{
    private const int Packets = 65536;

    private FilledRings? _rings;

    /// <summary>Processors whose rings have packets.</summary>
    [Params(1, 2)]
    public int Rings { get; set; }

    /// <summary>Opens a capture on an interface where nothing comes.</summary>
    [GlobalSetup]
    public void SetUp() => _rings = new FilledRings(frameLength: 128, snaplen: 96, blocks: 16);

    /// <summary>Fills the rings.</summary>
    [IterationSetup]
    public void Fill() => _rings!.Fill(Packets, Rings);

    /// <summary>Merges and copies.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public int Drain() => _rings!.Drain();

    /// <summary>Does the file's part.</summary>
    [IterationCleanup]
    public void Empty() => _rings!.Empty(_ => { });

    /// <summary>Closes the capture.</summary>
    [GlobalCleanup]
    public void CleanUp() => _rings?.Dispose();
}
