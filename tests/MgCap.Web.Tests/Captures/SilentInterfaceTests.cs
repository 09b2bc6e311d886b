using System.Diagnostics;
using System.Globalization;
using MgCap.Testing;
using MgCap.Web.Tests.Support;
using Xunit.Abstractions;

namespace MgCap.Web.Tests.Captures;

public sealed class SilentInterfaceTests(ITestOutputHelper output)
{
    private const double MostOfACore = 0.005;

    private static readonly TimeSpan _time = TimeSpan.FromSeconds(10);

    [RootFact]
    public async Task Capture_OfSilentInterface_UsesUnderHalfAPercentOfACore()
    {
        using var lab = CaptureLab.Create("silent");
        var started = await lab.Api.StartAsync();
        var console = lab.Console.ProcessId;
        Assert.Equal(2, ThreadsOfCapture(console).Count);

        var (processBefore, threadsBefore, clock) = (ProcessMetrics.Read(console).Cpu, CpuOfCapture(console), Stopwatch.StartNew());
        await Task.Delay(_time);
        var (process, threads, elapsed) = (ProcessMetrics.Read(console).Cpu - processBefore, CpuOfCapture(console) - threadsBefore, clock.Elapsed);
        var stopped = await lab.Api.StopAsync(started.Id);

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"capture threads {threads / elapsed:P3} of a core, whole process {process / elapsed:P2}, over {elapsed.TotalSeconds:F1} s"));
        Assert.Equal(0, stopped.Statistics.Received);
        Assert.True(threads < elapsed * MostOfACore, $"the capture's threads ran {threads.TotalMilliseconds:F1} ms of {elapsed.TotalSeconds:F1} s");
    }

    /// <summary>Nanoseconds on a processor, which the kernel counts exactly (sched-stats.rst); in stat it only counts ticks.</summary>
    private static TimeSpan CpuOfCapture(int process) => TimeSpan.FromMicroseconds(
        ThreadsOfCapture(process).Sum(thread => double.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture)) / 1000);

    private static IReadOnlyList<string> ThreadsOfCapture(int process) =>
        [.. Directory.GetDirectories($"/proc/{process}/task").Where(thread => File.ReadAllText(Path.Combine(thread, "comm")).Trim() is "rings cap0" or "file cap0")];
}
