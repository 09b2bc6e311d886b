using System.Diagnostics;
using System.Globalization;
using MgCap.Testing;
using MgCap.Web.Tests.Support;
using Xunit.Abstractions;

namespace MgCap.Web.Tests.Captures;

public sealed class SilentInterfaceTests(ITestOutputHelper output)
{
    // What is promised of a silent interface.
    private const double MaxShareOfACore = 0.005;

    private static readonly TimeSpan _time = TimeSpan.FromSeconds(8);

    [RootFact]
    public async Task Capture_OfSilentInterface_UsesUnderHalfAPercentOfACore()
    {
        using var lab = CaptureLab.Create("silent");
        var started = await lab.Api.StartAsync();
        var console = lab.Console.ProcessId;
        Assert.Equal(2, CaptureThreads.Of(console, "cap0").Count);

        using var busy = new BusyThread();
        var (processBefore, threadsBefore, clock) = (ProcessMetrics.Read(console).Cpu, CaptureThreads.CpuTime(console, "cap0"), Stopwatch.StartNew());
        BusyThread.WaitUntilItUsed(_time);
        var (process, threads, elapsed) = (ProcessMetrics.Read(console).Cpu - processBefore, CaptureThreads.CpuTime(console, "cap0") - threadsBefore, clock.Elapsed);
        var shareOfBusy = BusyThread.CpuTime / elapsed;
        var stopped = await lab.Api.StopAsync(started.Id);

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"capture threads {threads / elapsed:P3} of a core, whole process {process / elapsed:P2}, the control {shareOfBusy:P1}, over {elapsed.TotalSeconds:F1} s"));
        Assert.Equal(0, stopped.Statistics.Received);
        Assert.InRange(shareOfBusy, 0.05, 1.1);
        Assert.True(threads < elapsed * MaxShareOfACore, $"the capture's threads ran {threads.TotalMilliseconds:F1} ms of {elapsed.TotalSeconds:F1} s");
    }
}
