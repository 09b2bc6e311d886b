using System.Diagnostics;
using MgCap.Capture.Recent;
using MgCap.Capture.Sensors;
using MgCap.Capture.Storage;
using MgCap.Capture.Tests.Engines.Xdp;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Recent;

/// <summary>A flight recorder: it writes nothing, and what is saved of it is what came before and after.</summary>
public sealed class RecorderTests : IDisposable
{
    private const int Snaplen = 1500;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mgcap-recorder-");
    private readonly NumberedFlood _flood = new(Snaplen);

    public void Dispose() => _folder.Delete(recursive: true);

    [RootTheory]
    [InlineData(EngineNames.Packet)]
    [InlineData(EngineNames.Xdp)]
    public async Task Save_HasWhatCameBeforeAndAfter(string engine)
    {
        using var lab = VethLab.Create("recorder");
        using var sender = lab.OpenSender();
        var session = Start(lab, engine, new RecorderSettings());
        _flood.SendRound(sender);
        Wait.Until(() => session.ReadStatistics().Received == NumberedFlood.Round, "the packets before");
        var saving = session.SaveAsync(SavedSpan.FromNow(after: 2), Target(1));
        _flood.SendRound(sender);
        var captured = session.ReadStatistics().Captured;
        var saved = await saving;

        Assert.All(_folder.GetFiles("*", SearchOption.AllDirectories), file => Assert.EndsWith(Id(1).ToString(), file.DirectoryName, StringComparison.Ordinal));
        Assert.InRange(saved.File.Packets, captured, _flood.Sent);
        Assert.Equal(session.ReadStatistics().Captured, saved.File.Packets);
        Assert.Equal(saved.File.Packets, _flood.AssertIntact(File.OpenRead(saved.File.Name), Snaplen));
        Assert.Equal((saved.File.Packets, StopReason.User), (saved.Statistics.Captured, saved.Ended));
        Assert.Equal(0, CaptureIndex.Read(CaptureFileSet.Of(saved.File.Name, saved.File.Bytes)).LengthRead);
        Assert.False(session.Ended.IsCompleted, "the recorder goes on");
        session.Stop();
        await Assert.ThrowsAsync<CaptureRefusedException>(() => session.SaveAsync(SavedSpan.FromNow(), Target(2)));
    }

    /// <summary>Several times its memory: the newest are there, without a gap.</summary>
    [RootFact]
    public async Task Oldest_MakeRoomForTheNewest()
    {
        using var lab = VethLab.Create("recorder");
        using var sender = lab.OpenSender();
        var session = Start(lab, EngineNames.Xdp, new RecorderSettings(Bytes: RecorderSettings.MinBytes));
        for (var round = 0; round < 6; round++)
        {
            _flood.SendRound(sender);
            Wait.Until(() => session.ReadStatistics().Received == _flood.Sent, "the packets");
        }

        var captured = session.ReadStatistics();
        var saved = await session.SaveAsync(SavedSpan.FromNow(), Target(1));
        session.Stop();

        Assert.InRange(saved.File.Bytes, 25_000_000, 36_000_000);
        var numbers = CapturedFile.Read(saved.File.Name).Packets.Select(packet => (long)Frames.SequenceOfUdp4(packet.Data)).ToList();
        if (captured.Dropped.Ring == 0)
            Assert.Equal(Enumerable.Range(0, numbers.Count).Select(i => _flood.Sent - numbers.Count + i), numbers);
        Assert.Equal((_flood.Sent - 1, captured.Captured), (numbers[^1], captured.Received - captured.Dropped.Ring));
        Assert.Equal(0, saved.Statistics.Dropped.Writer);
    }

    [RootFact]
    public async Task Before_LeavesOutWhatIsOlder_AndSecondsForgetIt()
    {
        using var lab = VethLab.Create("recorder");
        using var sender = lab.OpenSender();
        var session = Start(lab, EngineNames.Xdp, new RecorderSettings(Seconds: 1));
        sender.Flood([Frames.Udp4(new Flow(), 100)], 10);
        Wait.Until(() => session.ReadStatistics().Captured == 10, "the packets");
        var between = Stopwatch.GetTimestamp();
        sender.Flood([Frames.Udp4(new Flow(), 200)], 5);
        Wait.Until(() => session.ReadStatistics().Captured == 15, "the later packets");

        Assert.Equal(5, (await session.SaveAsync(new SavedSpan(between, TimeSpan.Zero, Stopwatch.GetElapsedTime(between)), Target(1))).File.Packets);
        Assert.Equal(15, (await session.SaveAsync(SavedSpan.FromNow(), Target(2))).File.Packets);
        // What is older goes when something comes.
        var number = 2;
        Wait.Until(
            () =>
            {
                sender.Flood([Frames.Udp4(new Flow(), 300)], 1);
                var saved = session.SaveAsync(SavedSpan.FromNow(), Target(++number)).GetAwaiter().GetResult();
                return CapturedFile.Read(saved.File.Name).Packets.All(packet => packet.OriginalLength == 300);
            },
            "the first packets to be forgotten");
        session.Stop();
    }

    [Fact]
    public void MoreThanThereIs_IsRefused()
    {
        var refused = Assert.Throws<CaptureRefusedException>(() => RecorderMemory.Require(new RecorderSettings(Bytes: long.MaxValue)));
        Assert.Equal(RefusalCode.RecorderTooLarge, refused.Code);
        RecorderMemory.Require(new RecorderSettings(Bytes: RecorderSettings.MinBytes));
    }

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    private CaptureTarget Target(int number) => new(new CaptureFolder(_folder.FullName, Id(number)), "saved.pcapng", 0, null);

    private static CaptureSession Start(VethLab lab, string engine, RecorderSettings settings) => LabCapture.Start(
        lab.CaptureSide, LabCapture.SettingsFor(engine) with { Recorder = settings, Snaplen = Snaplen, Direction = CaptureDirection.In }, new RecorderSink(settings));
}
