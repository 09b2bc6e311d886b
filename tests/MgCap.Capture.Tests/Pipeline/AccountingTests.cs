using MgCap.Capture.Engines;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Pipeline;

/// <summary>Every packet that reaches the interface is in exactly one account.</summary>
public sealed class AccountingTests
{
    private static readonly byte[][] _long = [Frames.Udp4(new Flow(), 9000)];

    [RootFact]
    public void FilteredPackets_AreCounted()
    {
        using var lab = VethLab.Create("filtered");
        using var sender = lab.OpenSender();
        using var sink = new MemorySink();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.Settings() with { Filter = "udp port 53" }, sink);
        var flows = Enumerable.Range(0, 10).Select(i => Frames.Udp4(new Flow { DestinationPort = (ushort)(i == 3 ? 53 : 1000 + i) }, 100)).ToArray();
        Assert.Equal(20_000, sender.Flood(flows, 20_000).Sent);
        Wait.Until(() => session.ReadStatistics().Received == 20_000, "all packets to be counted");
        Assert.Equal(StopReason.User, session.Stop().Reason);

        var statistics = session.ReadStatistics();
        statistics.AssertAddsUp();
        Assert.Equal((20_000, 18_000, 2_000, 200_000), (statistics.Received, statistics.Filtered, statistics.Captured, statistics.WireBytes));
        CapturedFile.Read(sink).AssertIs(statistics, "cap0");
    }

    /// <summary>The sink blocks until buffers and rings are full; what the rings refuse is counted, what they hold is kept.</summary>
    [RootTheory]
    [InlineData(EngineNames.Packet)]
    [InlineData(EngineNames.Xdp)]
    public void Overload_IsCountedToThePacket(string engine)
    {
        using var lab = VethLab.Create("overload");
        using var sender = lab.OpenSender();
        using var sink = new MemorySink();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.SettingsFor(engine) with { Snaplen = 9014 }, sink);
        sink.Block();
        var full = false;
        var arrival = KernelFlood.Measure(lab, () =>
        {
            // 192 MiB of blocks and at most 64 MiB of rings hold some 30,000 packets of this length; of a flood a reader may get less than half.
            var sent = new FloodResult(0, 0, TimeSpan.Zero);
            for (var round = 0; round < 500 && !full; round++)
            {
                var more = sender.Flood(_long, 1_000);
                sent = new FloodResult(sent.Sent + more.Sent, sent.Refused + more.Refused, sent.Elapsed + more.Elapsed);
                var now = session.ReadStatistics();
                full = now.Dropped.Ring > 0 && now.Queues[0].RingFill is >= 0.5 and <= 1;
            }

            return sent;
        });
        Assert.True(full, "the rings are full");
        sink.Open();
        Assert.Equal(StopReason.User, session.Stop().Reason);

        var statistics = session.ReadStatistics();
        statistics.AssertAddsUp();
        Assert.Equal(arrival.Packets, statistics.Captured + statistics.Dropped.Ring);
        Assert.Equal(0, statistics.Dropped.Writer);
        Assert.InRange(statistics.Captured, 2_500, 35_000);
        CapturedFile.Read(sink).AssertIs(statistics, "cap0");
    }

    /// <summary>A disk that is slower than the rest of the capture takes: stopping waits for what had arrived.</summary>
    [RootFact]
    public void SlowDisk_GetsWhatArrivedBeforeTheStop()
    {
        using var lab = VethLab.Create("slowdisk");
        using var sender = lab.OpenSender();
        using var sink = new MemorySink { Keep = false, BeforeWrite = _ => Thread.Sleep(80) };
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.Settings() with { Snaplen = 9014 }, sink);
        var arrival = KernelFlood.Measure(lab, () => sender.Flood(_long, 9_000));
        session.Stop();
        var statistics = session.ReadStatistics();
        statistics.AssertAddsUp();
        Assert.Equal(arrival.Packets, statistics.Captured + statistics.Dropped.Ring);
        Assert.True(session.Ended.Result.At.Nanoseconds - session.StartedAt.Nanoseconds > 5_000_000_000, "the disk was slow enough to tell");
    }

    public static TheoryData<Exception, StopReason> Failures => new()
    {
        { new SinkFullException("no room"), StopReason.StorageFull },
        { new IOException("the disk is on fire"), StopReason.Error },
        { new SinkClosedException("nobody reads"), StopReason.User },
    };

    [RootTheory]
    [MemberData(nameof(Failures))]
    public void FailingSink_EndsTheCaptureWithEveryPacketAccounted(Exception failure, StopReason reason)
    {
        using var lab = VethLab.Create("failing");
        using var sender = lab.OpenSender();
        using var sink = new MemorySink { BeforeWrite = number => _ = number < 5 ? 0 : throw failure };
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.Settings() with { Snaplen = 9014 }, sink);
        var arrival = KernelFlood.Measure(lab, () => sender.Flood(_long, 2_000));
        var end = session.WaitForEnd();

        Assert.Equal((reason, reason == StopReason.User ? null : failure.Message), (end.Reason, end.Error));
        Assert.True(sink.Disposed, "the sink is closed");
        var statistics = session.ReadStatistics();
        statistics.AssertAddsUp();
        Assert.InRange(statistics.Captured, 1, 1_999);
        Assert.InRange(statistics.Dropped.Writer, 1, 1_999);
        // After the failure nothing more is let in, so some may not have been received.
        Assert.InRange(statistics.Received, statistics.Captured + 1, arrival.Packets);
        CapturedFile.Read(sink).AssertIs(statistics, "cap0");
    }

    [RootFact]
    public void FailureAtTheLastBlocks_IsTold()
    {
        using var inside = NetworkNamespace.Create("lastblocks");
        using var sink = new MemorySink { BeforeFinish = () => throw new IOException("gone") };
        var end = LabCapture.Start(inside, LabCapture.Settings("lo"), sink).Stop();
        Assert.Equal((StopReason.Error, "gone"), (end.Reason, end.Error));
    }

    [RootFact]
    public void SinkThatCannotBeMade_LeavesNothingBehind()
    {
        using var inside = NetworkNamespace.Create("nosink");
        var before = Directory.GetFiles("/proc/self/fd").Length;
        var refused = Assert.Throws<CaptureRefusedException>(() => inside.Run(() => CaptureSession.Start(
            LabCapture.Settings("lo"), new CaptureEngines(), () => throw new SinkFullException("full"), TimeProvider.System)));
        Assert.Equal(RefusalCode.StorageFull, refused.Code);
        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, before);
    }
}
