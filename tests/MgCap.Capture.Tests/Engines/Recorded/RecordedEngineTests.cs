using MgCap.Capture.Engines;
using MgCap.Capture.Engines.Packet;
using MgCap.Capture.Tests.Pcapng;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Engines.Recorded;

/// <summary>A fourth engine is a class and a place in the list of engines; nothing else knows of it.</summary>
public sealed class RecordedEngineTests : IDisposable
{
    private const int Packets = 3000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mgcap-recorded-");

    [RootTheory]
    [InlineData("recorded", "asked for")]
    [InlineData(EngineNames.Auto, "auto")]
    public void Recorded_IsCapturedAsAnyOther(string engine, string reason)
    {
        using var inside = NetworkNamespace.Create("recorded");
        using var sink = new MemorySink();
        var session = LabCapture.Start(inside, LabCapture.Settings("lo") with { Engine = engine }, sink, Engines());
        Assert.Equal(StopReason.User, session.WaitForEnd().Reason);
        Assert.Equal(new EngineChoice("recorded", reason), session.Engine);
        var statistics = session.ReadStatistics();
        statistics.AssertAddsUp();
        Assert.Equal(Packets, statistics.Captured);
        var file = CapturedFile.Read(sink);
        file.AssertIs(statistics, "lo");
        file.AssertInTimeOrder();
        Assert.Equal(Enumerable.Range(0, Packets).Select(i => Convert.ToHexString(Frame(i))), file.Frames());
    }

    [RootFact]
    public void WhatItCanDo_IsSaidWhereEnginesAreListed()
    {
        var status = Engines().Status();
        Assert.Equal(["recorded", EngineNames.Packet], status.Select(engine => engine.Name));
        Assert.Equal((true, false, CaptureDirection.In), (status[0].Available, status[0].CanDrop, Assert.Single(status[0].Directions)));
        using var inside = NetworkNamespace.Create("recorded");
        using var sink = new MemorySink();
        var refused = Assert.Throws<CaptureRefusedException>(
            () => LabCapture.Start(inside, LabCapture.Settings("lo") with { Engine = "recorded", Mode = CaptureMode.Drop }, sink, Engines()));
        Assert.Contains("recorded: what was recorded can't be dropped", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private CaptureEngines Engines()
    {
        var path = Path.Combine(_folder.FullName, "recorded.pcapng");
        var file = CaptureBuilder.Start().Interface("eth9/rx0");
        for (var i = 0; i < Packets; i++)
            file.Packet(0, 1_700_000_000_000_000_000 + i, Frame(i));
        File.WriteAllBytes(path, file.ToArray());
        return new CaptureEngines(new RecordedEngine(path), new PacketEngine());
    }

    private static byte[] Frame(int number) => Frames.Udp4(new Flow(), 60 + (number % 30), (uint)number);
}
