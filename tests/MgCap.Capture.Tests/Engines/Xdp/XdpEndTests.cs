using MgCap.Capture.Engines;
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
        var first = LabCapture.Start(lab.CaptureSide, LabCapture.XdpSettings() with { Engine = EngineNames.Auto }, sink);
        Assert.Equal(EngineNames.Xdp, first.Engine.Name);
        var second = LabCapture.Start(lab.CaptureSide, LabCapture.XdpSettings() with { Engine = EngineNames.Auto }, other);
        Assert.Equal(EngineNames.Packet, second.Engine.Name);
        Assert.Contains("xdp: The interface cap0 has an XDP program already", second.Engine.Reason, StringComparison.Ordinal);
        Wire.Send(lab.SenderSide, "gen0", _frame);
        Wait.Until(() => first.File.Packets == 1 && second.File.Packets == 1, "both to have the packet");
        first.Stop();
        second.Stop();
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
