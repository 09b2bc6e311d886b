using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using MgCap.Capture.Storage;

namespace MgCap.Bench.Parts;

/// <summary>What the reader of the xdp engine costs for a packet: from the ring to a block, and on to a disk (that of temporary files).</summary>
[SuppressMessage("Design", "CA1001", Justification = "BenchmarkDotNet calls CleanUp.")]
public class ReaderBench
{
    private const int Packets = 16384;

    private readonly string _path = Path.GetTempFileName();
    private FilledRings? _rings;
    private FileSink? _file;

    /// <summary>Bytes kept of each packet.</summary>
    [Params(96, 1500)]
    public int Kept { get; set; }

    /// <summary>Opens a capture on an interface where nothing comes, and a file.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _rings = new FilledRings(Math.Max(Kept, 128), Kept, blocks: 64);
        _file = new FileSink(_path);
    }

    /// <summary>Fills a ring.</summary>
    [IterationSetup]
    public void Fill() => _rings!.Fill(Packets, rings: 1);

    /// <summary>From the ring to blocks.</summary>
    [Benchmark(OperationsPerInvoke = Packets, Baseline = true)]
    public int ToBlocks()
    {
        var moved = 0;
        while (moved < Packets)
            moved += _rings!.Drain();
        return moved;
    }

    /// <summary>And to the disk.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public int ToDisk()
    {
        var moved = ToBlocks();
        _rings!.Empty(_file!.Write);
        return moved;
    }

    /// <summary>Gives blocks back.</summary>
    [IterationCleanup]
    public void Empty() => _rings!.Empty(_ => { });

    /// <summary>Closes the capture and removes the file.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        _rings?.Dispose();
        _file?.Dispose();
        File.Delete(_path);
    }
}
