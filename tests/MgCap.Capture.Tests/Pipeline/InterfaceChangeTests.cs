using MgCap.Capture.Tests.Support;
using MgCap.Testing;
using static MgCap.Capture.Tests.Support.Wire;

namespace MgCap.Capture.Tests.Pipeline;

/// <summary>What a capture does when its interface goes down and up, gets another name, goes away or becomes another thing.</summary>
public sealed class InterfaceChangeTests
{
    private const string Gone = CaptureEventKinds.InterfaceGone;

    private static readonly byte[] _frame = Frames.Udp4(new Flow(), 60);

    [RootTheory]
    [InlineData(EngineNames.Packet, 1)]
    [InlineData(EngineNames.Packet, 2)]
    [InlineData(EngineNames.Xdp, 1)]
    [InlineData(EngineNames.Xdp, 2)]
    public void DownAndUp_GoesOnAndIsToldOf(string engine, int queues)
    {
        using var lab = VethLab.Create("downup", new VethOptions { Queues = queues });
        using var file = new DeviceCapture(lab.CaptureSide, LabCapture.SettingsFor(engine));
        using var sender = lab.OpenSender();
        for (var round = 1; round <= 3; round++)
        {
            sender.Send(_frame);
            Send(lab.CaptureSide, "cap0", _frame);
            file.WaitFor(2 * round);
            lab.CaptureSide.Ip("link", "set", "dev", "cap0", "down");
            lab.CaptureSide.Ip("link", "set", "dev", "cap0", "up");
            lab.WaitForCarrier();
        }

        Assert.Contains("promiscuity 1 ", lab.CaptureSide.Ip("-d", "link", "show", "cap0"), StringComparison.Ordinal);
        sender.Send(_frame);
        file.Stop(7);
        Assert.Equal(
            Enumerable.Repeat((string[])[CaptureEventKinds.InterfaceDown, CaptureEventKinds.InterfaceUp], 3).SelectMany(pair => pair), Happened(file.Session));
        Assert.Equal(file.Session.Events.OrderBy(happened => happened.At), file.Session.Events);
    }

    [RootTheory]
    [InlineData(EngineNames.Packet)]
    [InlineData(EngineNames.Xdp)]
    public void StaysDown_UntilItsUserStopsIt(string engine)
    {
        using var lab = VethLab.Create("staysdown");
        using var file = new DeviceCapture(lab.CaptureSide, LabCapture.SettingsFor(engine));
        Send(lab.SenderSide, "gen0", _frame);
        file.WaitFor(1);
        lab.CaptureSide.Ip("link", "set", "dev", "cap0", "down");
        Wait.Until(() => file.Session.Events.Count > 0, "the interface's end to be noticed");
        Assert.False(file.Session.Ended.IsCompleted);
        file.Stop(1);
        Assert.Equal([CaptureEventKinds.InterfaceDown], Happened(file.Session));
    }

    [RootTheory]
    [InlineData(EngineNames.Packet)]
    [InlineData(EngineNames.Xdp)]
    public void AnotherName_GoesOn(string engine)
    {
        using var lab = VethLab.Create("renamed");
        using var file = new DeviceCapture(lab.CaptureSide, LabCapture.SettingsFor(engine));
        Send(lab.SenderSide, "gen0", _frame);
        file.WaitFor(1);
        lab.CaptureSide.Ip("link", "set", "dev", "cap0", "down");
        lab.CaptureSide.Ip("link", "set", "dev", "cap0", "name", "other0");
        lab.CaptureSide.Ip("link", "set", "dev", "other0", "up");
        Wait.Until(() => file.Session.Events.Count == 3, "three events");
        Wait.Until(() => lab.CaptureSide.Ip("-j", "link", "show", "other0").Contains("LOWER_UP", StringComparison.Ordinal), "a carrier");
        Send(lab.SenderSide, "gen0", _frame);
        file.Stop(2);
        Assert.Equal([CaptureEventKinds.InterfaceDown, CaptureEventKinds.InterfaceRenamed, CaptureEventKinds.InterfaceUp], Happened(file.Session));
        Assert.Equal("cap0 is called other0 now", file.Session.Events[1].Detail);
    }

    [RootTheory]
    [InlineData(EngineNames.Packet, "deleted")]
    [InlineData(EngineNames.Packet, "moved")]
    [InlineData(EngineNames.Xdp, "deleted")]
    [InlineData(EngineNames.Xdp, "moved")]
    public async Task Gone_EndsTheCaptureWithAWholeFile(string engine, string how)
    {
        using var lab = VethLab.Create("goes", new VethOptions { Queues = 2 });
        using var elsewhere = NetworkNamespace.Create("elsewhere");
        using var sink = new MemorySink();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.SettingsFor(engine) with { Filter = "udp" }, sink);
        using var sender = lab.OpenSender();
        KernelFlood.Measure(lab, () => sender.Flood([_frame], 1000));
        if (how == "moved")
            lab.CaptureSide.Ip("link", "set", "dev", "cap0", "netns", elsewhere.Name);
        else
            lab.DeleteCable();
        var end = session.WaitForEnd();
        Assert.Equal((StopReason.InterfaceDown, null), (end.Reason, end.Error));
        Assert.Equal(Gone, Happened(session)[^1]);
        var file = CapturedFile.Read(sink);
        Assert.Equal(1000, file.Packets.Count);
        file.AssertIs(session.ReadStatistics(), "cap0");
        await session.DisposeAsync();
    }

    /// <summary>Its packets begin with something else then.</summary>
    [RootFact]
    public void AnotherType_EndsTheCapture()
    {
        using var inside = NetworkNamespace.Create("othertype");
        using var tun = new TapDevice(inside, "tun0", ip: true);
        using var file = new DeviceCapture(inside, LabCapture.Settings("tun0"));
        tun.Receive(0, Frames.Udp4(new Flow(), 100).AsSpan(14));
        file.WaitFor(1);
        inside.Ip("link", "set", "dev", "tun0", "down");
        Wait.Until(() => file.Session.Events.Count == 1, "the interface to be down");
        tun.SetHardwareType(803);
        Assert.Equal(StopReason.InterfaceDown, file.Session.WaitForEnd().Reason);
        Assert.Equal([CaptureEventKinds.InterfaceDown, Gone], Happened(file.Session));
    }

    /// <summary>Notices of other interfaces, and those of a bridge about its port, are not about this one.</summary>
    [RootFact]
    public void OtherInterfaces_DoNotMatter()
    {
        using var lab = VethLab.Create("others");
        lab.CaptureSide.Ip("link", "add", "br0", "type", "bridge");
        using var file = new DeviceCapture(lab.CaptureSide, LabCapture.Settings());
        lab.CaptureSide.Ip("link", "set", "dev", "cap0", "master", "br0");
        lab.CaptureSide.Ip("link", "set", "dev", "cap0", "nomaster");
        lab.CaptureSide.Ip("link", "set", "dev", "br0", "up");
        lab.CaptureSide.Ip("link", "del", "dev", "br0");
        Send(lab.SenderSide, "gen0", _frame);
        file.Stop(1);
        Assert.Empty(file.Session.Events);
    }

    /// <summary>An interface that flaps all day.</summary>
    [Fact]
    public void EventsOfALongTime_AreTheNewest()
    {
        var log = new CaptureEventLog();
        var heard = 0;
        log.Add(new CaptureEvent(new Timestamp(0), CaptureEventKinds.InterfaceUp, "0"));
        log.Follow(_ => heard++);
        for (var i = 1; i <= 1500; i++)
            log.Add(new CaptureEvent(new Timestamp(i), CaptureEventKinds.InterfaceUp, "n"));
        Assert.Equal((1000, 1501, 501), (log.Read().Count, heard, log.Read()[0].At.Nanoseconds));
    }

    private static string[] Happened(CaptureSession session) => [.. session.Events.Select(happened => happened.What)];
}
