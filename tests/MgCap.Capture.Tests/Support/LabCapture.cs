using MgCap.Capture.Engines;
using MgCap.Capture.Engines.Xdp;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Statistics;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Support;

/// <summary>Captures in the namespaces of tests.</summary>
internal static class LabCapture
{
    /// <summary>A lab's capture interface, with the engine that captures everywhere.</summary>
    internal static CaptureSettings Settings(string interfaceName = "cap0") => SettingsFor(EngineNames.Packet, interfaceName);

    /// <summary>The same with the fast engine. Where the kernel does not let it in, starting fails and says why.</summary>
    internal static CaptureSettings XdpSettings(string interfaceName = "cap0") => SettingsFor(EngineNames.Xdp, interfaceName);

    internal static CaptureSettings SettingsFor(string engine, string interfaceName = "cap0") => new() { Interface = interfaceName, Engine = engine };

    /// <summary>The fast engine alone.</summary>
    /// <param name="withoutTcx">Whether it does without tcx, as on a kernel before 6.6.</param>
    internal static CaptureEngines XdpEngine(bool withoutTcx) => new(new XdpEngine { WithoutTcx = withoutTcx, WithoutTracepoint = withoutTcx });

    /// <summary>The fast engine alone, which sees sent packets at a packet socket, as on a kernel before 6.12.</summary>
    internal static CaptureEngines XdpEngineWithPacketSocket() => new(new XdpEngine { WithoutTracepoint = true });

    /// <summary>What a capture's detail says of sent packets, which depends on the kernel.</summary>
    internal static string SentDetail => EgressHooks.NameOf(EgressHooks.KernelHasTracepoint ? EgressHook.Tracepoint : EgressHook.PacketSocket) + ", in drop mode at tcx";

    /// <summary>The fast engine alone.</summary>
    /// <param name="receiveAt">Where it sees received packets.</param>
    internal static CaptureEngines XdpEngine(ReceiveHook receiveAt) => new(new XdpEngine { ReceiveAt = receiveAt });

    /// <summary>Starts a capture inside a namespace.</summary>
    internal static CaptureSession Start(NetworkNamespace inside, CaptureSettings settings, ICaptureSink sink, CaptureEngines? engines = null) =>
        inside.Run(() => CaptureSession.Start(settings, engines ?? new CaptureEngines(), () => sink, TimeProvider.System));

    /// <summary>Stops a capture as a user does and waits for its end, which must come.</summary>
    internal static CaptureEnd Stop(this CaptureSession session)
    {
        session.RequestStop(StopReason.User);
        return session.WaitForEnd();
    }

    internal static CaptureEnd WaitForEnd(this CaptureSession session)
    {
        Assert.True(session.Ended.Wait(TimeSpan.FromSeconds(60)), "the capture did not end");
        return session.Ended.Result;
    }

    /// <summary>The contract's identity, in the totals and in every row, and the totals as the rows' sums.</summary>
    internal static void AssertAddsUp(this CaptureStatistics statistics)
    {
        Assert.Equal(
            statistics.Received,
            statistics.Filtered + statistics.Captured + statistics.Dropped.Ring + statistics.Dropped.Writer);
        Assert.All(statistics.Queues, row => Assert.Equal(row.Received, row.Filtered + row.Captured + row.Dropped));
        Assert.Equal(statistics.Received, statistics.Queues.Sum(row => row.Received));
        Assert.Equal(statistics.Filtered, statistics.Queues.Sum(row => row.Filtered));
        Assert.Equal(statistics.Captured, statistics.Queues.Sum(row => row.Captured));
        Assert.Equal(statistics.WireBytes, statistics.Queues.Sum(row => row.WireBytes));
        Assert.Equal(statistics.Dropped.Ring + statistics.Dropped.Writer, statistics.Queues.Sum(row => row.Dropped));
    }

    /// <summary>The file says what the account says: packets, bytes, and the last statistics of every interface.</summary>
    internal static void AssertIs(this CapturedFile file, CaptureStatistics statistics, string interfaceName)
    {
        Assert.Equal(statistics.Captured, file.Packets.Count);
        Assert.Equal(statistics.CapturedBytes, file.Packets.Sum(packet => packet.Data.Length));
        Assert.Equal(statistics.WireBytes, file.Packets.Sum(packet => packet.OriginalLength));
        Assert.Equal(file.Interfaces.Count, file.Statistics.Count);
        foreach (var (id, last) in file.Statistics)
        {
            var row = statistics.Queues.Single(row => file.Interfaces[id].Name == (row.Name == "" ? interfaceName : $"{interfaceName}/{row.Name}"));
            Assert.Equal((ulong)row.Received, last.Received);
            Assert.Equal((ulong)(row.Received - row.Filtered), last.FilterAccepted);
            Assert.Equal((ulong)row.RingDropped, last.OperatingSystemDropped);
            Assert.Equal((ulong)row.Captured, last.UserDelivered);
            Assert.Equal(row.Captured, file.Packets.Count(packet => packet.Interface == file.Interfaces[id].Name));
        }

        Assert.Equal((ulong)statistics.Dropped.Nic, file.Statistics.Values.Aggregate(0UL, (sum, each) => sum + each.InterfaceDropped));
    }
}
