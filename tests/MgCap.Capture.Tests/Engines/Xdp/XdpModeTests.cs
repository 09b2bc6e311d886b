using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Engines.Xdp;

/// <summary>Mirror leaves the network stack its packets, drop does not, and switching is in nobody's way.</summary>
public sealed class XdpModeTests
{
    [RootFact]
    public void Drop_KeepsPacketsFromTheStackUntilTheModeOrTheCaptureEnds()
    {
        using var lab = VethLab.Create("drop", new VethOptions { Addresses = true });
        using var sink = new MemorySink();
        Assert.True(lab.CaptureAnswers(), "nothing is in the way");
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.XdpSettings() with { Mode = CaptureMode.Drop }, sink);
        Assert.False(lab.CaptureAnswers(), "packets are dropped");
        Assert.Equal(0, StackReceived(lab, () => Assert.False(lab.CaptureAnswers(), "packets are dropped")));
        session.SetMode(CaptureMode.Mirror);
        Assert.True(lab.CaptureAnswers(), "packets are mirrored");
        session.SetMode(CaptureMode.Drop);
        Assert.False(lab.CaptureAnswers(), "packets are dropped again");
        session.Stop();
        Assert.True(lab.CaptureAnswers(), "the capture has ended");
        session.SetMode(CaptureMode.Drop);
        Assert.True(lab.CaptureAnswers(), "the capture has ended, whatever is asked of it");

        var statistics = session.ReadStatistics();
        statistics.AssertAddsUp();
        // The device lost nothing, and only received packets were captured; ping sent one each time that it was asked to.
        Assert.Equal((4, 4, 0), (statistics.Received, statistics.Captured, statistics.Dropped.Nic));
        CapturedFile.Read(sink).AssertIs(statistics, "cap0");
    }

    [RootFact]
    public void DropOfSentPackets_KeepsThemFromTheWire()
    {
        using var lab = VethLab.Create("dropout", new VethOptions { Addresses = true });
        using var sink = new MemorySink();
        var session = LabCapture.Start(
            lab.CaptureSide, LabCapture.XdpSettings() with { Mode = CaptureMode.Drop, Direction = CaptureDirection.Out }, sink);
        Assert.False(lab.CaptureAnswers(), "the answer is dropped");
        session.SetMode(CaptureMode.Mirror);
        Assert.True(lab.CaptureAnswers(), "the answer is mirrored");
        session.Stop();
        Assert.Equal(2, CapturedFile.Read(sink).Packets.Count);
    }

    [RootFact]
    public void DropOfPacketsThatASocketSees_IsRefused()
    {
        using var lab = VethLab.Create("dropsocket", new VethOptions { Addresses = true });
        var (engines, settings) = (LabCapture.XdpEngine(withoutTcx: true), LabCapture.XdpSettings() with { Direction = CaptureDirection.Both });
        using var sink = new MemorySink();
        var atStart = Assert.Throws<CaptureRefusedException>(
            () => LabCapture.Start(lab.CaptureSide, settings with { Mode = CaptureMode.Drop }, sink, engines));
        var session = LabCapture.Start(lab.CaptureSide, settings, sink, engines);
        var later = Assert.Throws<CaptureRefusedException>(() => session.SetMode(CaptureMode.Drop));
        Assert.Equal((RefusalCode.EngineUnavailable, RefusalCode.ModeUnsupported), (atStart.Code, later.Code));
        Assert.All([atStart, later], refusal => Assert.Contains("Linux 6.6", refusal.Message, StringComparison.Ordinal));
        Assert.True(lab.CaptureAnswers(), "nothing is dropped");
        session.Stop();
        var received = LabCapture.Start(
            lab.CaptureSide, settings with { Mode = CaptureMode.Drop, Direction = CaptureDirection.In }, sink, engines);
        Assert.False(lab.CaptureAnswers(), "what is received can be dropped");
        received.Stop();
    }

    [RootFact]
    public async Task Switching_ChangesNothingInTheAccounts()
    {
        using var lab = VethLab.Create("switching");
        using var sender = lab.OpenSender();
        using var sink = new MemorySink();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.XdpSettings() with { Direction = CaptureDirection.In }, sink);
        using var stop = new CancellationTokenSource();
        var flood = sender.StartFlood([Frames.Udp4(new Flow(), 60)], 2_000_000, cancellation: stop.Token);
        var inMode = new int[2];
        for (var i = 0; i < 4 && !flood.IsCompleted; i++)
        {
            var mode = i % 2 == 0 ? CaptureMode.Drop : CaptureMode.Mirror;
            session.SetMode(mode);
            // Until it was under load in this mode.
            var before = lab.ReadArrivals().Packets;
            Wait.Until(() => lab.ReadArrivals().Packets > before + 20_000 || flood.IsCompleted, "packets in this mode");
            inMode[(int)mode]++;
        }

        Assert.Equal([2, 2], inMode);
        await stop.CancelAsync();
        var sent = (await flood).Sent;
        session.Stop();
        var statistics = session.ReadStatistics();
        statistics.AssertAddsUp();
        Assert.Equal(sent, statistics.Captured + statistics.Dropped.Ring);
        var file = CapturedFile.Read(sink);
        file.AssertIs(statistics, "cap0");
        file.AssertInTimeOrder();
    }

    /// <summary>Echo requests that the capture's host got (RFC 2011, icmpInEchos).</summary>
    private static long StackReceived(VethLab lab, Action during)
    {
        var before = Echos();
        during();
        return Echos() - before;
        long Echos()
        {
            var lines = lab.CaptureSide.Run(() => File.ReadAllLines("/proc/thread-self/net/snmp")).Where(line => line.StartsWith("Icmp:", StringComparison.Ordinal)).ToArray();
            return long.Parse(lines[1].Split(' ')[Array.IndexOf(lines[0].Split(' '), "InEchos")], System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
