using MgCap.Capture.Engines;
using MgCap.Capture.Storage;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Engines;

/// <summary>One capture of several interfaces: one file, in order of time, that says where each packet was.</summary>
public sealed class SeveralInterfacesTests : IDisposable
{
    private const string Other = "cap1";

    private readonly VethLab _lab = VethLab.Create("several");
    private readonly FrameSender _first;
    private readonly FrameSender _second;
    private readonly MemorySink _sink = new();

    public SeveralInterfacesTests()
    {
        _lab.AddCable("gen1", Other);
        _first = _lab.OpenSender();
        _second = new FrameSender(_lab.SenderSide, "gen1");
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _sink.Dispose();
        _lab.Dispose();
    }

    /// <summary>A single thread sends on one and the other in turn: so their order is known.</summary>
    [RootTheory]
    [InlineData(EngineNames.Packet)]
    [InlineData(EngineNames.Xdp)]
    public void Packets_OfAll_AreInOrder_AndSayWhereTheyWere(string engine)
    {
        const int Count = 2000;
        var session = LabCapture.Start(_lab.CaptureSide, Settings(engine), _sink);
        for (uint i = 0; i < Count; i++)
            (i % 2 == 0 ? _first : _second).Send(Frames.Udp4(new Flow(), 100, i));
        var file = End(session);

        file.AssertInTimeOrder();
        Assert.Equal(Enumerable.Range(0, Count).Select(i => (uint)i), file.Packets.Select(packet => Frames.SequenceOfUdp4(packet.Data)).Order());
        Assert.All(file.Packets, packet => Assert.StartsWith(Frames.SequenceOfUdp4(packet.Data) % 2 == 0 ? "cap0/" : "cap1/", packet.Interface, StringComparison.Ordinal));
        // A packet is stamped where it is sent, or a moment after; not thousands of packets after.
        Assert.All(file.Packets.Select((packet, at) => Math.Abs(at - (int)Frames.SequenceOfUdp4(packet.Data))), distance => Assert.InRange(distance, 0, 64));
        Assert.Contains("cap1/rx0", session.ReadStatistics().Queues.Select(queue => queue.Name));
    }

    [RootTheory]
    [InlineData(EngineNames.Packet)]
    [InlineData(EngineNames.Xdp)]
    public void Floods_LoseNothingSilently(string engine)
    {
        const int Count = 100_000;
        var session = LabCapture.Start(_lab.CaptureSide, Settings(engine), _sink);
        var floods = new[] { _first, _second }.Select(sender => sender.StartFlood([Frames.Udp4(new Flow(), 100)], Count)).ToArray();
        Task.WaitAll(floods);
        var file = End(session);

        file.AssertInTimeOrder();
        var statistics = session.ReadStatistics();
        Assert.Equal(2 * Count, statistics.Received + statistics.Dropped.Nic);
        foreach (var name in new[] { "cap0", Other })
        {
            var rows = statistics.Queues.Where(queue => queue.Name.StartsWith(name, StringComparison.Ordinal)).ToArray();
            Assert.Equal(rows.Sum(row => row.Captured), file.Packets.Count(packet => packet.Interface.StartsWith(name, StringComparison.Ordinal)));
            Assert.InRange(rows.Sum(row => row.Captured), 1, Count);
        }
    }

    /// <summary>The interface that stays has its packets; the last one that goes ends the capture.</summary>
    [RootTheory]
    [InlineData(EngineNames.Packet)]
    [InlineData(EngineNames.Xdp)]
    public void OneThatGoesAway_EndsItsPart(string engine)
    {
        var session = LabCapture.Start(_lab.CaptureSide, Settings(engine), _sink);
        _first.Send(Frames.Udp4(new Flow(), 100, 1));
        _second.Send(Frames.Udp4(new Flow(), 100, 2));
        Wait.Until(() => session.ReadStatistics().Captured == 2, "both packets");

        _lab.DeleteCable();
        Wait.Until(() => session.Events.Any(happened => happened.What == CaptureEventKinds.InterfaceGone), "the event");
        Assert.False(session.Ended.IsCompleted);
        _second.Send(Frames.Udp4(new Flow(), 100, 3));
        Wait.Until(() => session.ReadStatistics().Captured == 3, "a packet of the other");

        _lab.SenderSide.Ip("link", "delete", "dev", "gen1");
        Assert.Equal(StopReason.InterfaceDown, session.WaitForEnd().Reason);
        Assert.Equal([1, 2, 3], CapturedFile.Read(_sink).Packets.Select(packet => Frames.SequenceOfUdp4(packet.Data)));
        Assert.Equal(2, session.Events.Count(happened => happened.What == CaptureEventKinds.InterfaceGone));
    }

    /// <summary>While one is silent the other's packets are not held back, and the other way round.</summary>
    [RootTheory]
    [InlineData(EngineNames.Packet)]
    [InlineData(EngineNames.Xdp)]
    public void SilentOne_HoldsUpNobody(string engine)
    {
        var session = LabCapture.Start(_lab.CaptureSide, Settings(engine), _sink);
        for (uint i = 1; i <= 20; i++)
        {
            (i % 2 == 0 ? _first : _second).Send(Frames.Udp4(new Flow(), 100, i));
            Wait.Until(() => session.ReadStatistics().Captured == i, TimeSpan.FromSeconds(5), "the packet in the file");
        }

        End(session);
    }

    [RootFact]
    public void Drop_AndTheFilter_HoldForAll()
    {
        using var beside = new MemorySink();
        var witness = LabCapture.Start(_lab.CaptureSide, Settings(EngineNames.Packet), beside);
        var session = LabCapture.Start(_lab.CaptureSide, Settings(EngineNames.Xdp) with { Filter = "udp" }, _sink);
        session.SetMode(CaptureMode.Drop);
        foreach (var sender in new[] { _first, _second })
        {
            sender.Send(Frames.Udp4(new Flow(), 100));
            sender.Send(Frames.Arp(new Flow()));
        }

        Wait.Until(() => session.ReadStatistics().Received == 4, "the packets");
        var file = End(session);
        witness.Stop();
        Assert.Equal((2, 2), (file.Packets.Count, session.ReadStatistics().Filtered));
        Assert.Equal(["cap0/rx0", "cap1/rx0"], file.Packets.Select(packet => packet.Interface).Order());
        Assert.All(CapturedFile.Read(beside).Packets, packet => Assert.Equal(0x0806, (packet.Data[12] << 8) | packet.Data[13]));
    }

    /// <summary>A file tells of each interface for itself, also when its catalogue is lost.</summary>
    [RootFact]
    public void File_TellsOfEach()
    {
        var path = Path.GetTempFileName();
        var session = _lab.CaptureSide.Run(() => CaptureSession.Start(Settings(EngineNames.Xdp), new CaptureEngines(), () => new FileSink(path), TimeProvider.System));
        _first.Send(Frames.Udp4(new Flow(), 100));
        _second.Send(Frames.Udp4(new Flow(), 100));
        Wait.Until(() => session.ReadStatistics().Captured == 2, "both packets");
        session.Stop();

        var recovered = RecoveredFile.Read(path);
        Assert.Equal("cap0, cap1", recovered.Interface);
        Assert.Equal(
            session.ReadStatistics().Queues.Select(queue => (queue.Name, queue.Queue, queue.Received, queue.Captured)),
            recovered.Statistics.Queues.Select(queue => (queue.Name, queue.Queue, queue.Received, queue.Captured)));
        File.Delete(path);
    }

    [RootFact]
    public void WhatMakesNoSense_IsRefused()
    {
        _lab.CaptureSide.Ip("link", "property", "add", "dev", "cap0", "altname", "uplink");
        _lab.CaptureSide.Ip("link", "add", "off0", "type", "veth", "peer", "name", "off1");
        using var tun = new TapDevice(_lab.CaptureSide, "tun0", ip: true);
        _lab.CaptureSide.Ip("link", "set", "dev", "tun0", "up");

        Refuse("interface_not_found", "There is no interface nosuch", "cap0", "nosuch");
        Refuse("interface_down", "off0 is down", "cap0", "off0");
        Refuse("invalid_request", "cap0 is among the interfaces twice, once as uplink", "cap0", "uplink");
        Refuse("invalid_request", "packets of cap0 start with EN10MB headers, those of tun0 with RAW", "cap0", "tun0");
    }

    private void Refuse(string code, string message, params string[] interfaces)
    {
        var refusal = Assert.Throws<CaptureRefusedException>(() => LabCapture.Start(_lab.CaptureSide, Settings(EngineNames.Packet) with { Interfaces = interfaces }, _sink));
        Assert.Equal(code, refusal.Code);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    private static CaptureSettings Settings(string engine) => LabCapture.SettingsFor(engine) with { Interfaces = ["cap0", Other], Direction = CaptureDirection.In };

    /// <summary>Stops a capture; its account adds up, and its file says the same.</summary>
    private CapturedFile End(CaptureSession session)
    {
        Assert.Null(session.Stop().Error);
        session.ReadStatistics().AssertAddsUp();
        return CapturedFile.Read(_sink);
    }
}
