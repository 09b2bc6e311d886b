using MgCap.Capture;
using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

/// <summary>A flight recorder by REST: armed, saved from again and again, and gone with its memory.</summary>
public sealed class RecorderTests(SharedLab shared) : IClassFixture<SharedLab>
{
    private readonly Lazy<CaptureLab> _lab = new(() => shared.Lab);

    private ConsoleApi Api => _lab.Value.Api;

    [RootFact]
    public async Task Recorder_IsSavedFrom_AndGoesOn()
    {
        var armed = await Api.StartAsync(new { kind = "recorder", recorder = new { seconds = 60, bytes = 40_000_000 } });
        Assert.Equal((CaptureState.Armed, CaptureKind.Recorder, new RecorderSettings(60, 40_000_000)), (armed.State, armed.Kind, armed.Recorder!));
        Send(KnownFrames.Udp(20));
        var now = await Api.WaitAsync(armed.Id, record => record.Statistics.Captured == 20, "the packets");
        Assert.Empty(now.Files);
        Assert.False(Directory.Exists(_lab.Value.FolderOf(armed.Id)), "a recorder writes nothing");
        (await Api.GetAsync($"/api/captures/{armed.Id}/pcapng")).RequireProblem(404, "capture_not_found");

        var saved = (await Api.PostAsync($"/api/captures/{armed.Id}/save", """{"name":"the moment"}""")).As<CaptureRecord>(System.Net.HttpStatusCode.Created);
        Assert.Equal(("the moment", CaptureState.Stopped, CaptureKind.File, 20L), (saved.Name, saved.State, saved.Kind, saved.Statistics.Captured));
        var file = await Api.DownloadAsync(saved.Id);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (uint)i), CapturedPacket.ReadAll(file).Select(packet => Frames.SequenceOfUdp4(packet.Data)));
        Accounts.RequireAgreement(await Api.FindAsync(saved.Id), file);

        Send(KnownFrames.Udp(5));
        await Api.WaitAsync(armed.Id, record => record.Statistics.Captured == 25, "more packets");
        Assert.Equal(25, (await SaveAsync(armed.Id, "{}")).Statistics.Captured);
        var stopped = await Api.StopAsync(armed.Id);
        Assert.Equal((CaptureState.Stopped, 0), (stopped.State, stopped.Files.Count));
        (await Api.PostAsync($"/api/captures/{armed.Id}/save", "{}")).RequireProblem(409, "capture_not_running");
    }

    [RootTheory]
    [InlineData("""{"before":0}""", "before")]
    [InlineData("""{"before":-1}""", "before")]
    [InlineData("""{"before":1e300}""", "before")]
    [InlineData("""{"after":-1}""", "after")]
    [InlineData("""{"after":3601}""", "after")]
    [InlineData("""{"name":"a\tb"}""", "name")]
    [InlineData("""{"behind":1}""", "behind")]
    public async Task WrongSave_NamesTheField(string body, string field)
    {
        var armed = await Api.StartAsync(new { kind = "recorder" });
        (await Api.PostAsync($"/api/captures/{armed.Id}/save", body)).RequireInvalid(field);
        await Api.StopAsync(armed.Id);
    }

    [RootTheory]
    [InlineData("""{"interface":"cap0","kind":"recorder","recorder":{"bytes":1}}""", "recorder.bytes")]
    [InlineData("""{"interface":"cap0","kind":"recorder","recorder":{"seconds":-1}}""", "recorder.seconds")]
    [InlineData("""{"interface":"cap0","kind":"recorder","rotate":{"packets":10}}""", "rotate")]
    [InlineData("""{"interface":"cap0","recorder":{"seconds":1}}""", "recorder")]
    [InlineData("""{"interface":"cap0","kind":"tape"}""", "kind")]
    [InlineData("""{"interface":"cap0","triggers":[{"loss":true}]}""", "triggers")]
    [InlineData("""{"interface":"cap0","kind":"recorder","triggers":[{}]}""", "triggers[0]")]
    [InlineData("""{"interface":"cap0","kind":"recorder","triggers":[{"loss":true},{"packetsPerSecond":0}]}""", "triggers[1].packetsPerSecond")]
    [InlineData("""{"interface":"cap0","kind":"recorder","triggers":[{"bitsPerSecond":-1}]}""", "triggers[0].bitsPerSecond")]
    [InlineData("""{"interface":"cap0","kind":"recorder","triggers":[{"loss":true,"before":-1}]}""", "triggers[0].before")]
    [InlineData("""{"interface":"cap0","kind":"recorder","triggers":[{"loss":true,"after":3601}]}""", "triggers[0].after")]
    [InlineData("""{"interface":"cap0","kind":"recorder","triggers":[{"loss":true,"pauseSeconds":-1}]}""", "triggers[0].pauseSeconds")]
    public async Task WrongRecorder_NamesTheField(string body, string field) => (await Api.PostAsync("/api/captures", body)).RequireInvalid(field);

    /// <summary>A packet that matches, among others: it is saved with what came before it, and the recorder says so.</summary>
    [RootFact]
    public async Task Trigger_SavesWhatCameBeforeItsPacket()
    {
        var armed = await Api.StartAsync(new { kind = "recorder", triggers = new[] { new { filter = "udp dst port 4321", before = 3600, after = 1, pauseSeconds = 3600 } } });
        Send(KnownFrames.Udp(20));
        await Api.WaitAsync(armed.Id, record => record.Statistics.Captured == 20, "the packets before");
        Assert.Empty(armed.Events);
        Send([Frames.Udp4(new Flow { DestinationPort = 4321 }, 100, 4321), .. KnownFrames.Udp(3)]);
        // It is quiet from now on.
        Send([Frames.Udp4(new Flow { DestinationPort = 4321 }, 100, 4322)]);

        var now = await Api.WaitAsync(armed.Id, record => record.Events.Count > 0, "the trigger");
        var happened = Assert.Single(now.Events);
        Assert.Equal(CaptureEventKinds.Triggered, happened.What);
        Assert.StartsWith("a packet matches udp dst port 4321: saved as capture ", happened.Detail, StringComparison.Ordinal);
        var saved = await Api.FindAsync(Guid.Parse(happened.Detail[^36..]));
        Assert.Equal(("a packet matches udp dst port 4321", CaptureState.Stopped, 25L), (saved.Name, saved.State, saved.Statistics.Captured));
        Assert.Contains(CapturedPacket.ReadAll(await Api.DownloadAsync(saved.Id)), packet => Frames.SequenceOfUdp4(packet.Data) == 4321);
        Assert.Equal(CaptureState.Armed, now.State);
        await Api.StopAsync(armed.Id);
    }

    [RootFact]
    public async Task Trigger_GoesOffByRate()
    {
        var armed = await Api.StartAsync(new { kind = "recorder", triggers = new object[] { new { packetsPerSecond = 50, after = 0 }, new { bitsPerSecond = 1e12, after = 0 } } });
        Send(KnownFrames.Udp(100));
        var now = await Api.WaitAsync(armed.Id, record => record.Events.Count > 0, "the trigger");
        Assert.EndsWith("packets/s", Assert.Single(now.Events).Detail.Split(": saved")[0], StringComparison.Ordinal);
        await Api.StopAsync(armed.Id);
    }

    [RootFact]
    public async Task TriggerWithAWrongFilter_IsRefused()
    {
        var refused = (await Api.TryStartAsync(new { kind = "recorder", triggers = new[] { new { filter = "udp prt 1" } } })).RequireProblem(422, "filter_invalid");
        Assert.StartsWith("triggers[0].filter: ", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [RootFact]
    public async Task RecorderLargerThanMemory_IsRefused() =>
        (await Api.TryStartAsync(new { kind = "recorder", recorder = new { bytes = 1L << 60 } })).RequireProblem(422, "recorder_too_large");

    [RootFact]
    public async Task SaveOfACaptureWithFiles_IsRefused()
    {
        var started = await Api.StartAsync();
        (await Api.PostAsync($"/api/captures/{started.Id}/save", "{}")).RequireProblem(409, "capture_not_running");
        await Api.StopAsync(started.Id);
        (await Api.PostAsync($"/api/captures/{Guid.NewGuid()}/save", "{}")).RequireProblem(404, "capture_not_found");
    }

    [RootFact]
    public async Task ConsoleThatDies_SaysWhatBecameOfIt()
    {
        using var lab = CaptureLab.Create("recorder");
        var armed = await lab.Api.StartAsync(new { kind = "recorder" });
        lab.Console.Kill();
        lab.StartConsole();
        var found = await lab.Api.FindAsync(armed.Id);
        Assert.Equal(CaptureState.Failed, found.State);
        Assert.Contains("in memory", found.Error, StringComparison.Ordinal);
    }

    private async Task<CaptureRecord> SaveAsync(Guid id, string body) => (await Api.PostAsync($"/api/captures/{id}/save", body)).As<CaptureRecord>(System.Net.HttpStatusCode.Created);

    private void Send(IReadOnlyList<byte[]> frames)
    {
        using var sender = _lab.Value.Cable.OpenSender();
        sender.Send(frames.Select(frame => (ReadOnlyMemory<byte>)frame));
    }
}
