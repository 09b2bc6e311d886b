using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace MgCap.Bench.Parts;

/// <summary>How the parts are measured: in this process, as they need its rights, each for itself.</summary>
internal sealed class PartBench : ManualConfig
{
    /// <param name="folder">Where the results are written.</param>
    internal PartBench(string folder)
    {
        ArtifactsPath = folder;
        AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
        AddLogger(ConsoleLogger.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddDiagnoser(BenchmarkDotNet.Diagnosers.MemoryDiagnoser.Default);
        AddExporter(MarkdownExporter.GitHub);
    }
}
