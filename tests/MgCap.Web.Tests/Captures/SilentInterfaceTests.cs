using System.Diagnostics;
using System.Globalization;
using MgCap.Testing;
using MgCap.Web.Catalogue;
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
        await RequireLittleAsync(lab, await lab.Api.StartAsync());
    }

    /// <summary>A recorder with triggers of every kind, watched by five clients; beside it a capture that begins a file every second.</summary>
    [RootFact]
    public async Task EverythingOn_UsesUnderHalfAPercentOfACore()
    {
        using var lab = CaptureLab.Create("silent");
        object[] triggers = [new { packetsPerSecond = 1000 }, new { bitsPerSecond = 1e9, loss = true }, new { filter = "icmp" }, new { filter = "tcp[tcpflags] & tcp-rst != 0" }];
        var recorder = await lab.Api.StartAsync(new { kind = "recorder", engine = "packet", triggers });
        using var client = lab.Console.OpenClient();
        for (var i = 0; i < 5; i++)
            await client.GetAsync(new Uri($"/api/captures/{recorder.Id}/live", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await RequireLittleAsync(lab, await lab.Api.StartAsync(new { rotate = new { seconds = 1, files = 3 } }));
    }

    private async Task RequireLittleAsync(CaptureLab lab, CaptureRecord started)
    {
        var console = lab.Console.ProcessId;
        Assert.InRange(CaptureThreads.Of(console, "cap0").Count, 2, 4);

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
