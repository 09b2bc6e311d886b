using System.Diagnostics;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Pipeline;

public sealed class StopTests
{
    private static readonly byte[][] _frame = [Frames.Udp4(new Flow(), 100)];

    [RootTheory]
    [InlineData(EngineNames.Packet, 1)]
    [InlineData(EngineNames.Packet, 1000)]
    [InlineData(EngineNames.Packet, 54_321)]
    [InlineData(EngineNames.Xdp, 1)]
    [InlineData(EngineNames.Xdp, 54_321)]
    public async Task Packets_AreExactlyAsManyUnderAFlood(string engine, int packets)
    {
        using var lab = VethLab.Create("packets");
        using var sink = new MemorySink();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.SettingsFor(engine) with { Stop = new StopConditions(Packets: packets) }, sink);
        await WhileFlooding(lab, () => Assert.Equal(StopReason.Packets, session.WaitForEnd().Reason));
        Assert.Equal(packets, session.ReadStatistics().Captured);
        CapturedFile.Read(sink).AssertIs(session.ReadStatistics(), "cap0");
    }

    /// <summary>The packet that reaches the limit is kept whole: captured bytes, not those of the file.</summary>
    [RootTheory]
    [InlineData(EngineNames.Packet, 1, 1)]
    [InlineData(EngineNames.Packet, 96 * 700, 700)]
    [InlineData(EngineNames.Packet, 96 * 700 + 1, 701)]
    [InlineData(EngineNames.Xdp, 96 * 700 + 1, 701)]
    public async Task Bytes_EndWithThePacketThatReachesThem(string engine, long bytes, int packets)
    {
        using var lab = VethLab.Create("bytes");
        using var sink = new MemorySink();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.SettingsFor(engine) with { Stop = new StopConditions(Bytes: bytes) }, sink);
        await WhileFlooding(lab, () => Assert.Equal(StopReason.Bytes, session.WaitForEnd().Reason));
        Assert.Equal((packets, 96L * packets), (session.ReadStatistics().Captured, session.ReadStatistics().CapturedBytes));
    }

    [RootTheory]
    [InlineData(EngineNames.Packet)]
    [InlineData(EngineNames.Xdp)]
    public void Seconds_PassWithoutTraffic(string engine)
    {
        using var lab = VethLab.Create("seconds");
        using var other = NetworkNamespace.Create("longer");
        using var sink = new MemorySink();
        using var otherSink = new MemorySink();
        // One that may run for much longer, and began before.
        var longer = LabCapture.Start(other, LabCapture.Settings("lo") with { Stop = new StopConditions(Seconds: 60) }, otherSink);
        var watch = Stopwatch.StartNew();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.SettingsFor(engine) with { Stop = new StopConditions(Seconds: 0.5) }, sink);
        Assert.Equal(StopReason.Seconds, session.WaitForEnd().Reason);
        Assert.False(longer.Ended.IsCompleted, "the longer one has ended, too");
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.5, double.MaxValue);
        longer.Stop();
        Assert.Empty(CapturedFile.Read(sink).Packets);
        Assert.Equal(["cap0/rx0", "cap0/tx"], CapturedFile.Read(sink).Interfaces.Select(each => each.Name));
    }

    [RootFact]
    public async Task Seconds_PassUnderAFlood()
    {
        using var lab = VethLab.Create("seconds");
        using var sink = new MemorySink();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.Settings() with { Stop = new StopConditions(Seconds: 0.5) }, sink);
        await WhileFlooding(lab, () => Assert.Equal(StopReason.Seconds, session.WaitForEnd().Reason));
        Assert.NotEmpty(CapturedFile.Read(sink).Packets);
    }

    [RootTheory]
    [InlineData(EngineNames.Packet, 1)]
    [InlineData(EngineNames.Packet, 4)]
    [InlineData(EngineNames.Xdp, 1)]
    [InlineData(EngineNames.Xdp, 4)]
    public void Stop_LosesNothingThatArrivedBefore(string engine, int queues)
    {
        using var lab = VethLab.Create("stop", new VethOptions { Queues = queues });
        using var sender = lab.OpenSender();
        for (var round = 0; round < 8; round++)
        {
            using var sink = new MemorySink();
            var session = LabCapture.Start(lab.CaptureSide, LabCapture.SettingsFor(engine), sink);
            // Delivered when the sender's count is: without NAPI the veth's other end gets a frame within the call.
            var arrival = KernelFlood.Measure(lab, () => sender.Flood(_frame, 500 + 97 * round));
            Assert.Equal(StopReason.User, session.Stop().Reason);
            Assert.Equal(500 + 97 * round, arrival.Packets);
            Assert.Equal(arrival.Packets, CapturedFile.Read(sink).Packets.Count);
        }
    }

    [RootFact]
    public async Task Start_LetsInOnlyWhatMatches()
    {
        using var lab = VethLab.Create("slippedin", new VethOptions { Queues = 4 });
        using var matching = lab.OpenSender(new FrameSenderOptions { Queue = 3 });
        await WhileFlooding(lab, () =>
        {
            for (var round = 0; round < 10; round++)
            {
                using var sink = new MemorySink();
                var session = LabCapture.Start(lab.CaptureSide, LabCapture.Settings() with { Filter = "udp port 53" }, sink);
                matching.Send(Frames.Udp4(new Flow { DestinationPort = 53 }, 100));
                Wait.Until(() => session.File.Packets > 0, "the packet that matches");
                session.Stop();
                Assert.Equal(53, Assert.Single(CapturedFile.Read(sink).Packets).Data[37]);
                Assert.True(session.ReadStatistics().Filtered > 0, "the flood was running");
            }
        });
    }

    [RootFact]
    public async Task SecondStop_ChangesNothing()
    {
        using var inside = NetworkNamespace.Create("twice");
        using var sink = new MemorySink();
        var session = LabCapture.Start(inside, LabCapture.Settings("lo"), sink);
        session.RequestStop(StopReason.User);
        session.RequestStop(StopReason.Shutdown);
        var end = session.WaitForEnd();
        session.RequestStop(StopReason.Shutdown);
        await session.DisposeAsync();
        Assert.Equal(StopReason.User, end.Reason);
        Assert.Same(end, await session.Ended);
    }

    [RootFact]
    public void InterfaceThatIsDown_IsRefused()
    {
        using var inside = NetworkNamespace.Create("isdown");
        inside.Ip("link", "add", "name", "off0", "type", "bridge");
        using var sink = new MemorySink();
        Assert.Equal(RefusalCode.InterfaceDown, Refusal("off0"));
        Assert.Equal(RefusalCode.InterfaceNotFound, Refusal("no-such"));
        string Refusal(string name) => Assert.Throws<CaptureRefusedException>(() => LabCapture.Start(inside, LabCapture.Settings(name), sink)).Code;
    }

    private static async Task WhileFlooding(VethLab lab, Action action)
    {
        using var sender = lab.OpenSender(lab.Options.Queues == 1 ? null : new FrameSenderOptions { Queue = 1 });
        using var stop = new CancellationTokenSource();
        var before = lab.ReadArrivals().Packets;
        var flood = sender.StartFlood(_frame, cancellation: stop.Token);
        try
        {
            Wait.Until(() => lab.ReadArrivals().Packets > before, "the flood to begin");
            action();
        }
        finally
        {
            await stop.CancelAsync();
            await flood;
        }
    }
}
