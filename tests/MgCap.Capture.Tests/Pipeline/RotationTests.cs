using System.Globalization;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Storage;
using MgCap.Capture.Tests.Engines.Xdp;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Pipeline;

/// <summary>A capture of several files: each stands alone, and together they have every packet once.</summary>
public sealed class RotationTests : IDisposable
{
    private const int Snaplen = 1500;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mgcap-rotation-");
    private readonly NumberedFlood _flood = new(Snaplen);

    public void Dispose() => _folder.Delete(recursive: true);

    [RootTheory]
    [InlineData(EngineNames.Packet, 10)]
    [InlineData(EngineNames.Packet, 1000)]
    [InlineData(EngineNames.Xdp, 1000)]
    [InlineData(EngineNames.Xdp, 7777)]
    public void Packets_AreAsManyInEveryFile(string engine, int packets)
    {
        using var lab = VethLab.Create("rotation");
        var session = Start(lab, engine, new Rotation(Packets: packets), stop: new StopConditions(Packets: 20 * packets));
        SendUntilEnd(lab, session);
        Assert.Equal(StopReason.Packets, session.WaitForEnd().Reason);

        Assert.All(session.Files, file => Assert.Equal(packets, file.Packets));
        Assert.Equal(20, session.Files.Count);
        AssertTogetherWhole(session);
    }

    [RootTheory]
    [InlineData(EngineNames.Packet, 65_536)]
    [InlineData(EngineNames.Xdp, 65_536)]
    [InlineData(EngineNames.Xdp, 3_000_000)]
    public void Bytes_EndAFileWithThePacketThatReachesThem(string engine, int bytes)
    {
        using var lab = VethLab.Create("rotation");
        var session = Start(lab, engine, new Rotation(Bytes: bytes), stop: new StopConditions(Packets: 40_000));
        SendUntilEnd(lab, session);
        session.WaitForEnd();

        Assert.InRange(session.Files.Count, 3, 2000);
        // The last packet, and the statistics of two interfaces.
        Assert.All(session.Files.SkipLast(1), file => Assert.InRange(file.Bytes, bytes, bytes + 1600 + 400));
        AssertTogetherWhole(session);
    }

    /// <summary>At more than can be captured: what is lost is counted, and no file changes that. MGCAP_ROTATIONS=1000 for more files.</summary>
    [RootTheory]
    [InlineData(EngineNames.Packet, CaptureMode.Mirror)]
    [InlineData(EngineNames.Xdp, CaptureMode.Mirror)]
    [InlineData(EngineNames.Xdp, CaptureMode.Drop)]
    public void Tenths_PassAtOverload(string engine, CaptureMode mode)
    {
        var files = Environment.GetEnvironmentVariable("MGCAP_ROTATIONS") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 20;
        using var lab = VethLab.Create("rotation");
        KernelFlood.EnableNapi(lab);
        var session = Start(lab, engine, new Rotation(Seconds: 0.1), mode);
        using (var sender = lab.OpenSender())
        {
            while (session.Files.Count < files)
                _flood.SendRound(sender);
        }

        Assert.Equal(StopReason.User, session.Stop().Reason);
        Assert.True(session.Files.Count(file => file.Packets > 0) > files * 0.8, "most files have packets");
        AssertTogetherWhole(session);
    }

    [RootTheory]
    [InlineData(EngineNames.Packet)]
    [InlineData(EngineNames.Xdp)]
    public void Seconds_PassWithoutTraffic(string engine)
    {
        using var lab = VethLab.Create("rotation");
        var session = Start(lab, engine, new Rotation(Seconds: 0.1));
        Wait.Until(() => session.Files.Count >= 5, "five files without a packet");
        session.Stop();
        AssertTogetherWhole(session);
        // One that was begun late on a busy machine is shorter than the others.
        Assert.InRange(session.Files.SkipLast(1).Average(file => TimeOf(file).Length.TotalSeconds), 0.09, 5);
    }

    [RootFact]
    public void AlignedFiles_BeginAtWholeMultiples()
    {
        using var lab = VethLab.Create("rotation");
        var session = Start(lab, EngineNames.Xdp, new Rotation(Seconds: 0.5, Align: true));
        Wait.Until(() => session.Files.Count >= 5, "five files");
        session.Stop();
        // A busy machine is late; it is never early.
        Assert.All(session.Files.Skip(1), file => Assert.InRange(TimeOf(file).Begun.Nanoseconds % 500_000_000, 0, 250_000_000));
    }

    [RootTheory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Ring_NeverHasMoreFilesThanItKeeps(int keep)
    {
        using var lab = VethLab.Create("rotation");
        using var ended = new CancellationTokenSource();
        var session = Start(lab, EngineNames.Xdp, new Rotation(Packets: 500, Files: keep), stop: new StopConditions(Packets: 50_200));
        var most = Task.Run(() =>
        {
            var seen = 0;
            while (!ended.IsCancellationRequested)
                seen = Math.Max(seen, _folder.GetFiles("*.pcapng").Length);
            return seen;
        });
        SendUntilEnd(lab, session);
        session.WaitForEnd();
        await ended.CancelAsync();

        Assert.Equal(keep, await most);
        Assert.Equal(Enumerable.Range(101 - keep + 1, keep).Select(NameOf), session.Files.Select(file => file.Name));
        Assert.Equal(2 * keep, _folder.GetFiles().Length);
        Assert.Equal(50_200, session.ReadStatistics().Captured);
        Assert.Equal((500 * (keep - 1)) + 200, session.Files.Sum(file => file.Packets));
        Assert.Equal(session.File.Packets, _flood.AssertIntact(SetOf(session).Open(), Snaplen));
    }

    [RootFact]
    public void FileThatCannotBeBegun_EndsTheCaptureWithWhatWasWritten()
    {
        using var lab = VethLab.Create("rotation");
        var session = LabCapture.Start(
            lab.CaptureSide, Settings(EngineNames.Xdp, new Rotation(Packets: 100)),
            new RotatingFileSink(number => number < 4 ? OpenFile(number) : throw new SinkFullException("no room for a test"), keep: 0));
        SendUntilEnd(lab, session);
        var end = session.WaitForEnd();

        Assert.Equal((StopReason.StorageFull, "no room for a test"), (end.Reason, end.Error));
        var statistics = session.ReadStatistics();
        statistics.AssertAddsUp();
        Assert.Equal(300, statistics.Captured);
        Assert.True(statistics.Dropped.Writer > 0, "what came after it is counted where it was lost");
        Assert.Equal(3, session.Files.Count);
        Assert.All(session.Files, file => Assert.Equal((file.Bytes, 100L), (new FileInfo(file.Name).Length, PcapngScan.Scan(file.Name).Packets)));
    }

    private string NameOf(int number) => Path.Combine(_folder.FullName, CaptureFolder.NumberedFileName("capture.pcapng", number));

    private FileSink OpenFile(int number) => new(NameOf(number), indexed: true);

    private static CaptureSettings Settings(string engine, Rotation rotation) =>
        LabCapture.SettingsFor(engine) with { Rotate = rotation, Snaplen = Snaplen, Direction = CaptureDirection.In };

    private CaptureSession Start(VethLab lab, string engine, Rotation rotation, CaptureMode mode = CaptureMode.Mirror, StopConditions? stop = null) => LabCapture.Start(
        lab.CaptureSide, Settings(engine, rotation) with { Mode = mode, Stop = stop ?? new StopConditions() }, new RotatingFileSink(OpenFile, rotation.Files));

    private void SendUntilEnd(VethLab lab, CaptureSession session)
    {
        using var sender = lab.OpenSender();
        while (!session.Ended.IsCompleted)
            _flood.SendRound(sender);
    }

    private static CaptureFileSet SetOf(CaptureSession session) => CaptureFileSet.Of([.. session.Files.Select(file => new StoredFile(file.Name, file.Bytes))]);

    /// <summary>Each file is whole and tells what is in it; together they have the capture's packets, in order, and its account.</summary>
    private void AssertTogetherWhole(CaptureSession session)
    {
        var statistics = session.ReadStatistics();
        statistics.AssertAddsUp();
        var (received, ring) = (0L, 0L);
        foreach (var file in session.Files)
        {
            var scan = PcapngScan.Scan(file.Name);
            Assert.Null(scan.Damage);
            Assert.Equal((file.Bytes, file.Packets, file.FirstPacketAt, file.LastPacketAt), (new FileInfo(file.Name).Length, scan.Packets, scan.FirstPacketAt, scan.LastPacketAt));
            Assert.Equal(scan.Packets, scan.Interfaces.Sum(each => (long)each.LastStatistics!.Value.UserDelivered));
            received += scan.Interfaces.Sum(each => (long)each.LastStatistics!.Value.Received);
            ring += scan.Interfaces.Sum(each => (long)each.LastStatistics!.Value.OperatingSystemDropped);
        }

        Assert.Equal((statistics.Received, statistics.Dropped.Ring), (received, ring));
        Assert.Equal(statistics.Captured, session.File.Packets);
        Assert.Equal(statistics.Captured, _flood.AssertIntact(SetOf(session).Open(), Snaplen));
        Assert.Equal(0, CaptureIndex.Read(SetOf(session)).LengthRead);
    }

    private static (Timestamp Begun, TimeSpan Length) TimeOf(CaptureFileSummary file)
    {
        var last = PcapngScan.Scan(file.Name).Interfaces[0].LastStatistics!.Value;
        return (last.StartTime, last.EndTime.ToDateTimeOffset() - last.StartTime.ToDateTimeOffset());
    }
}
