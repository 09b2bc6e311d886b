using System.Diagnostics;
using System.IO.Pipes;
using MgCap.Capture.Engines;
using MgCap.Capture.Engines.Xdp;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;
using Xunit.Abstractions;

namespace MgCap.Capture.Tests.Engines.Xdp;

/// <summary>Every packet that reaches the interface is in the file, once and whole, or is counted as lost.</summary>
public sealed class XdpLoadTests(ITestOutputHelper output)
{
    /// <summary>
    /// As fast as the sender can while what reads the capture is never far behind, and the mode switched all the time: nothing
    /// may be lost or doubled.
    /// </summary>
    [RootFact]
    public async Task TenMillionPackets_AreCapturedOnceEachWhileTheModeIsSwitched()
    {
        const long Packets = 10_000_000;
        const int Snaplen = 96;
        using var lab = VethLab.Create("million");
        using var sender = lab.OpenSender();
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        using var into = new AnonymousPipeClientStream(PipeDirection.Out, pipe.ClientSafePipeHandle);
        var flood = new NumberedFlood(longest: 200);
        var reader = Task.Factory.StartNew(() => flood.AssertIntact(pipe, Snaplen), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var session = LabCapture.Start(
            lab.CaptureSide, LabCapture.XdpSettings() with { Snaplen = Snaplen, Direction = CaptureDirection.In }, new StreamSink(into));
        using var stop = new CancellationTokenSource();
        var switching = SwitchModes(session, stop.Token);
        var watch = Stopwatch.StartNew();
        var arrival = KernelFlood.Measure(lab, () =>
        {
            var last = new FloodResult(0, 0, default);
            while (flood.Sent < Packets && !reader.IsCompleted)
            {
                last = flood.SendRound(sender);
                Wait.Until(() => session.File.Packets >= flood.Sent - (2 * NumberedFlood.Round) || reader.IsCompleted, "the capture to follow");
            }

            return last;
        });
        await stop.CancelAsync();
        var switches = await switching;
        Assert.Equal(StopReason.User, session.Stop().Reason);
        output.WriteLine($"{Packets / watch.Elapsed.TotalSeconds:F0} packets per second, {switches} switches");
        Assert.Equal(Packets, await reader);
        Assert.Equal(Packets, arrival.Packets);
        var statistics = session.ReadStatistics();
        statistics.AssertAddsUp();
        Assert.Equal((Packets, Packets, 0), (statistics.Received, statistics.Captured, statistics.Dropped.Nic));
        Assert.True(switches > 20, "the mode was switched under load");
    }

    private static async Task<int> SwitchModes(CaptureSession session, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var switches = 0;
        while (!stop.IsCancellationRequested)
        {
            session.SetMode(switches++ % 2 == 0 ? CaptureMode.Drop : CaptureMode.Mirror);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return switches;
    }

    /// <summary>Rings that are too small for the rate: they fill up, and begin again, all the time.</summary>
    [RootTheory]
    [InlineData(1514)]
    [InlineData(9014)]
    public void SmallRings_LoseWhatTheyCountAndKeepTheRestWhole(int longest)
    {
        const int RingBytes = 512 * 1024;
        using var lab = VethLab.Create("small");
        using var sender = lab.OpenSender();
        using var file = new DeviceCapture(
            lab.CaptureSide, LabCapture.XdpSettings() with { Snaplen = longest }, new CaptureEngines(new XdpEngine { RingBytes = RingBytes }));
        var flood = new NumberedFlood(longest);
        // Enough is when the rings have begun again a hundred times.
        var arrival = KernelFlood.Measure(lab, () =>
        {
            var last = new FloodResult(0, 0, default);
            while (file.Session.ReadStatistics() is var now && (now.CapturedBytes < 100 * RingBytes || now.Dropped.Ring == 0) && flood.Sent < 10_000_000)
                last = flood.SendRound(sender);
            return last;
        });
        Assert.Equal(flood.Sent, arrival.Packets);
        Assert.Equal(StopReason.User, file.Session.Stop().Reason);
        var statistics = file.Session.ReadStatistics();
        output.WriteLine($"{flood.Sent} sent, {statistics.Captured} captured, {statistics.Dropped.Ring} lost");
        statistics.AssertAddsUp();
        Assert.True(statistics.Dropped.Ring > 0 && statistics.CapturedBytes >= 100 * RingBytes, "the rings were full, and began again");
        Assert.Equal(flood.Sent, statistics.Captured + statistics.Dropped.Ring);
        Assert.Equal(statistics.Captured, flood.AssertIntact(File.OpenRead(file.Path), longest));
    }

    /// <summary>What is read while packets come and go is a part of the ring, never more than all of it.</summary>
    [RootFact]
    public async Task RingFill_IsAPartUnderLoad()
    {
        using var lab = VethLab.Create("fill");
        using var sender = lab.OpenSender();
        using var sink = new MemorySink { Keep = false };
        using var stop = new CancellationTokenSource();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.XdpSettings(), sink);
        var flood = sender.StartFlood([Frames.Udp4(new Flow(), 60)], 300_000, cancellation: stop.Token);
        var readings = 0;
        for (; !flood.IsCompleted; readings++)
            Assert.All(session.ReadStatistics().Queues, row => Assert.InRange(row.RingFill, 0, 1));
        await stop.CancelAsync();
        await flood;
        session.Stop();
        Assert.True(readings > 10, "it was read under load");
    }
}
