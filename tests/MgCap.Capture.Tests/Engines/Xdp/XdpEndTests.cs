using System.Diagnostics;
using MgCap.Capture.Engines;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Engines.Xdp;

/// <summary>How captures end, and what they leave behind: nothing.</summary>
public sealed class XdpEndTests
{
    private const int Rounds = 64;

    private static readonly byte[][] _frame = [Frames.Udp4(new Flow(), 100)];

    [RootFact]
    public void StartsAndStops_LeaveNothingBehind()
    {
        using var lab = VethLab.Create("leaks", new VethOptions { Queues = 4 });
        var engines = new CaptureEngines();
        var objects = new HashSet<BpfObjectId>();
        for (var i = 0; i < 4; i++)
            Round();
        var before = Held.Now();
        for (var i = 0; i < Rounds; i++)
            Round();
        before.AssertHeldAgain();
        Assert.Empty(BpfObjectId.OfThisProcess());
        Assert.Equal(["link", "map", "prog"], objects.Select(each => each.Kind).Distinct().Order());
        Wait.Until(() => !objects.Any(each => each.Exists()), "the kernel to have none of the captures' BPF objects");
        var link = lab.CaptureSide.Ip("-d", "link", "show", "dev", "cap0");
        Assert.Contains("promiscuity 0 ", link, StringComparison.Ordinal);
        Assert.DoesNotContain("xdp", link, StringComparison.Ordinal);

        void Round()
        {
            using var sink = new MemorySink();
            var session = LabCapture.Start(lab.CaptureSide, LabCapture.XdpSettings(), sink, engines);
            objects.UnionWith(BpfObjectId.OfThisProcess());
            session.Stop();
        }
    }

    [RootFact]
    public void RefusedStarts_LeaveNothingBehind()
    {
        using var lab = VethLab.Create("refused");
        using var sink = new MemorySink();
        var engines = new CaptureEngines();
        var first = LabCapture.Start(lab.CaptureSide, LabCapture.XdpSettings(), sink, engines);
        Refuse();
        var (before, objects) = (Directory.GetFiles("/proc/self/fd").Length, BpfObjectId.OfThisProcess());
        for (var i = 0; i < 16; i++)
            Refuse();
        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, before);
        Assert.Equal(objects, BpfObjectId.OfThisProcess());
        first.Stop();
        Assert.Contains("promiscuity 0 ", lab.CaptureSide.Ip("-d", "link", "show", "dev", "cap0"), StringComparison.Ordinal);

        void Refuse()
        {
            var refused = Assert.Throws<CaptureRefusedException>(() => LabCapture.Start(lab.CaptureSide, LabCapture.XdpSettings(), sink, engines));
            Assert.Equal(RefusalCode.InterfaceBusy, refused.Code);
            Assert.Contains("cap0 has an XDP program already", refused.Message, StringComparison.Ordinal);
        }
    }

    [RootFact]
    public void BusyInterface_LeavesAutoTheOtherEngine()
    {
        using var lab = VethLab.Create("busy");
        using var sink = new MemorySink();
        using var other = new MemorySink();
        var first = LabCapture.Start(lab.CaptureSide, LabCapture.XdpSettings() with { Engine = CaptureEngineKind.Auto }, sink);
        Assert.Equal(CaptureEngineKind.Xdp, first.Engine.Kind);
        var second = LabCapture.Start(lab.CaptureSide, LabCapture.XdpSettings() with { Engine = CaptureEngineKind.Auto }, other);
        Assert.Equal(CaptureEngineKind.Packet, second.Engine.Kind);
        Assert.Contains("xdp: The interface cap0 has an XDP program already", second.Engine.Reason, StringComparison.Ordinal);
        Wire.Send(lab.SenderSide, "gen0", _frame);
        Wait.Until(() => first.File.Packets == 1 && second.File.Packets == 1, "both to have the packet");
        first.Stop();
        second.Stop();
    }

    [RootTheory]
    [InlineData("down")]
    [InlineData("deleted")]
    public async Task InterfaceThatGoes_EndsTheCaptureWithAWholeFile(string how)
    {
        using var lab = VethLab.Create("goes", new VethOptions { Queues = 2 });
        using var sink = new MemorySink();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.XdpSettings(), sink);
        using var sender = lab.OpenSender();
        var arrival = KernelFlood.Measure(lab, () => sender.Flood(_frame, 1000));
        if (how == "down")
            lab.CaptureSide.Ip("link", "set", "dev", "cap0", "down");
        else
            lab.DeleteCable();
        var end = session.WaitForEnd();
        Assert.Equal((StopReason.InterfaceDown, null), (end.Reason, end.Error));
        var file = CapturedFile.Read(sink);
        Assert.Equal((1000, 1000), (arrival.Packets, file.Packets.Count));
        file.AssertIs(session.ReadStatistics(), "cap0");
        await session.DisposeAsync();
    }

    [RootTheory]
    [InlineData(1, 0, 1)]
    [InlineData(54_321, 0, 54_321)]
    [InlineData(0, (96 * 700) + 1, 701)]
    public async Task Limit_IsReachedExactlyUnderAFlood(int packets, int bytes, int expected)
    {
        using var lab = VethLab.Create("limit");
        using var sender = lab.OpenSender();
        using var sink = new MemorySink();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.XdpSettings() with { Stop = new StopConditions(packets, bytes) }, sink);
        using var stop = new CancellationTokenSource();
        var flood = sender.StartFlood(_frame, cancellation: stop.Token);
        Assert.Equal(packets > 0 ? StopReason.Packets : StopReason.Bytes, session.WaitForEnd().Reason);
        await stop.CancelAsync();
        await flood;
        Assert.Equal(expected, session.ReadStatistics().Captured);
        CapturedFile.Read(sink).AssertIs(session.ReadStatistics(), "cap0");
    }

    [RootFact]
    public void Seconds_PassWithoutTraffic()
    {
        using var lab = VethLab.Create("seconds");
        using var sink = new MemorySink();
        var watch = Stopwatch.StartNew();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.XdpSettings() with { Stop = new StopConditions(Seconds: 0.5) }, sink);
        Assert.Equal(StopReason.Seconds, session.WaitForEnd().Reason);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.5, 10);
        Assert.Empty(CapturedFile.Read(sink).Packets);
    }

    /// <summary>Whatever other threads ask of a capture while it ends is answered.</summary>
    [RootFact]
    public async Task CallsWhileItEnds_DoNoHarm()
    {
        using var lab = VethLab.Create("calls");
        using var sender = lab.OpenSender();
        var engines = new CaptureEngines();
        for (var round = 0; round < 16; round++)
        {
            using var sink = new MemorySink { Keep = false };
            var session = LabCapture.Start(lab.CaptureSide, LabCapture.XdpSettings(), sink, engines);
            using var begun = new Barrier(4);
            Task[] callers =
            [
                Call(() => session.ReadStatistics(renewRates: true).AssertAddsUp()),
                Call(() => session.SetMode(CaptureMode.Mirror)),
                Call(() => session.RequestStop(StopReason.Shutdown)),
            ];
            sender.Flood(_frame, 500);
            begun.SignalAndWait();
            Assert.Null(session.WaitForEnd().Error);
            await Task.WhenAll(callers);

            Task Call(Action action) => Task.Factory.StartNew(
                () =>
                {
                    begun.SignalAndWait();
                    for (var ended = false; !ended;)
                    {
                        ended = session.Ended.IsCompleted;
                        action();
                    }
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }
}
