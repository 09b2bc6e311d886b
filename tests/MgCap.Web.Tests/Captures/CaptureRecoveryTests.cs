using MgCap.Capture;
using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

/// <summary>What a console finds that another one left: a crash, a lost catalogue, lost files, an orderly end.</summary>
public sealed class CaptureRecoveryTests
{
    [RootFact]
    public async Task KilledUnderTraffic_IsRecoveredWithAllThatWasWritten()
    {
        using var lab = CaptureLab.Create("crash");
        var started = await lab.Api.StartAsync(new { name = "unlucky", filter = "udp", snaplen = 128 });
        await KillUnderTrafficAsync(lab, started);

        lab.StartConsole();
        var recovered = await lab.Api.FindAsync(started.Id);
        var file = await lab.Api.DownloadAsync(started.Id);

        Assert.Equal(CaptureState.Recovered, recovered.State);
        Assert.NotNull(recovered.StoppedAt);
        Assert.NotNull(recovered.Error);
        Assert.Equal(("unlucky", "udp", 128, "cap0"), (recovered.Name, recovered.Filter, recovered.Snaplen, recovered.Interface));
        Assert.True(recovered.Statistics.Captured > 0, "nothing was recovered");
        Accounts.RequireAgreement(recovered, file);
    }

    [RootFact]
    public async Task HalfABlockAtTheEnd_IsCutOff()
    {
        using var lab = CaptureLab.Create("half");
        var started = await lab.Api.StartAsync();
        await KillUnderTrafficAsync(lab, started);
        var path = Assert.Single(Directory.GetFiles(lab.FolderOf(started.Id), "*.pcapng"));
        long whole;
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite))
        {
            whole = MgCap.Capture.Pcapng.PcapngScan.Scan(stream).ValidLength;
            stream.SetLength(whole);
            stream.Position = whole;
            // An Enhanced Packet Block of 200 bytes that breaks off after 60.
            stream.Write([6, 0, 0, 0, 200, 0, 0, 0, .. new byte[52]]);
        }

        lab.StartConsole();
        var recovered = await lab.Api.FindAsync(started.Id);

        Assert.Equal(CaptureState.Recovered, recovered.State);
        Assert.Equal(whole, new FileInfo(path).Length);
        Accounts.RequireAgreement(recovered, await lab.Api.DownloadAsync(started.Id));
    }

    [RootFact]
    public async Task LostCatalogue_IsMadeAgainFromTheFiles()
    {
        using var lab = CaptureLab.Create("lost");
        var started = await lab.Api.StartAsync(new { comment = "found by its file", filter = "udp", snaplen = 77 });
        Send(lab, KnownFrames.Mixed);
        var stopped = await lab.Api.StopAsync(started.Id);
        lab.Console.Stop();
        foreach (var database in Directory.GetFiles(lab.DataDirectory, "mgcap.db*"))
            File.Delete(database);

        lab.StartConsole();
        var found = Assert.Single((await lab.Api.ListAsync()).Captures);

        Assert.Equal((started.Id, CaptureState.Stopped, StopReason.User, null), (found.Id, found.State, found.StopReason, found.Error));
        Assert.Equal((stopped.StartedAt, stopped.Files[0].Name), (found.StartedAt, found.Files[0].Name));
        Assert.Equal(("found by its file", "udp", 77, "cap0"), (found.Comment, found.Filter, found.Snaplen, found.Interface));
        Assert.Equal(
            (stopped.Statistics.Received, stopped.Statistics.Filtered, stopped.Statistics.Captured, stopped.Statistics.Dropped),
            (found.Statistics.Received, found.Statistics.Filtered, found.Statistics.Captured, found.Statistics.Dropped));
        var file = await lab.Api.DownloadAsync(started.Id);
        Accounts.RequireAgreement(found, file);
        Accounts.RequireSameStatistics(found, file);
    }

    [RootFact]
    public async Task LostFiles_MakeTheCaptureFailed()
    {
        using var lab = CaptureLab.Create("gone");
        var finished = await lab.Api.StartAsync();
        await lab.Api.StopAsync(finished.Id);
        var running = await lab.Api.StartAsync();
        lab.Console.Kill();
        Directory.Delete(lab.FolderOf(finished.Id), recursive: true);
        Directory.Delete(lab.FolderOf(running.Id), recursive: true);

        lab.StartConsole();

        foreach (var id in (Guid[])[finished.Id, running.Id])
        {
            var record = await lab.Api.FindAsync(id);
            Assert.Equal((CaptureState.Failed, StopReason.Error), (record.State, record.StopReason));
            Assert.NotNull(record.Error);
            Assert.Empty(record.Files);
            (await lab.Api.GetAsync($"/api/captures/{id}/pcapng")).RequireProblem(404, "capture_not_found");
            Assert.Equal(System.Net.HttpStatusCode.NoContent, (await lab.Api.DeleteAsync(id)).Status);
        }
    }

    [RootFact]
    public async Task OrderlyEnd_FinishesTheFile()
    {
        using var lab = CaptureLab.Create("orderly");
        var started = await lab.Api.StartAsync();
        Send(lab, KnownFrames.Mixed);
        lab.Console.Stop();

        lab.StartConsole();
        var record = await lab.Api.FindAsync(started.Id);
        var file = await lab.Api.DownloadAsync(started.Id);

        Assert.Equal((CaptureState.Stopped, StopReason.Shutdown, null), (record.State, record.StopReason, record.Error));
        Assert.Equal(KnownFrames.Mixed.Count, record.Statistics.Captured);
        Accounts.RequireAgreement(record, file);
        Accounts.RequireSameStatistics(record, file);
    }

    [RootFact]
    public async Task OrderlyEnd_DoesNotWaitForSlowReaders()
    {
        using var lab = CaptureLab.Create("reader");
        var big = await lab.Api.StartAsync(new { snaplen = 9000 });
        Send(lab, KnownFrames.Udp(3000, 9000));
        await lab.Api.StopAsync(big.Id);
        var running = await lab.Api.StartAsync();
        Send(lab, KnownFrames.Mixed);
        using var client = lab.Console.OpenClient();
        // The headers are here; the file, too long for the buffers in between, is never read.
        using var response = await client.GetAsync(new Uri($"/api/captures/{big.Id}/pcapng", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

        lab.Console.Stop();
        lab.StartConsole();
        var record = await lab.Api.FindAsync(running.Id);

        Assert.Equal((CaptureState.Stopped, StopReason.Shutdown, (long)KnownFrames.Mixed.Count), (record.State, record.StopReason, record.Statistics.Captured));
    }

    private static async Task KillUnderTrafficAsync(CaptureLab lab, CaptureRecord started)
    {
        using var sender = lab.Cable.OpenSender();
        using var enough = new CancellationTokenSource();
        var traffic = sender.StartFlood(KnownFrames.Udp(64, 300), count: 300_000, cancellation: enough.Token);
        await lab.Api.WaitAsync(started.Id, record => record.Statistics.Captured > 0, "packets");
        lab.Console.Kill();
        await enough.CancelAsync();
        await traffic;
    }

    private static void Send(CaptureLab lab, IReadOnlyList<byte[]> frames)
    {
        using var sender = lab.Cable.OpenSender();
        sender.SendAll(frames);
    }
}
