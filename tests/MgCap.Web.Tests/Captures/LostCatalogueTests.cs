using MgCap.Capture;
using MgCap.Capture.Storage;
using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

/// <summary>What a capture's file alone says of it.</summary>
public sealed class LostCatalogueTests
{
    [RootFact]
    public async Task EmptyCapture_HasItsTimes()
    {
        using var lab = CaptureLab.Create("empty");
        var stopped = await lab.Api.StopAsync((await lab.Api.StartAsync()).Id);

        var found = await LoseCatalogueAsync(lab, stopped.Id, kill: false);

        Assert.Equal((CaptureState.Stopped, StopReason.User, null), (found.State, found.StopReason, found.Error));
        Assert.Equal((stopped.StartedAt, "cap0"), (found.StartedAt, found.Interface));
        Assert.InRange(Seconds(found.StoppedAt!.Value), Seconds(stopped.StartedAt), Seconds(stopped.StoppedAt!.Value) + 1);
    }

    [RootFact]
    public async Task CaptureWhoseProcessDied_HasTheTimeOfItsFileName()
    {
        using var lab = CaptureLab.Create("died");
        var started = await lab.Api.StartAsync();

        var found = await LoseCatalogueAsync(lab, started.Id, kill: true);

        Assert.Equal((CaptureState.Recovered, StopReason.Error), (found.State, found.StopReason));
        Assert.Contains("died", found.Error, StringComparison.Ordinal);
        Assert.Equal((CaptureFolder.ReadFileName(started.Files[0].Name)!.Value.StartedAt, "cap0"), (found.StartedAt, found.Interface));
        Assert.InRange(Seconds(found.StartedAt), Seconds(started.StartedAt) - 60, Seconds(started.StartedAt));
    }

    [RootFact]
    public async Task FinishedFileThatTheCatalogueDoesNotKnowToBe_IsStopped()
    {
        using var lab = CaptureLab.Create("between");
        var started = await lab.Api.StartAsync();
        var before = await File.ReadAllBytesAsync(Path.Combine(lab.DataDirectory, "mgcap.db"));
        var log = Path.Combine(lab.DataDirectory, "mgcap.db-wal");
        var logBefore = File.Exists(log) ? await File.ReadAllBytesAsync(log) : [];
        await lab.Api.StopAsync(started.Id);
        lab.Console.Kill();
        // As if the process had died when the file was finished and the catalogue not yet written.
        await File.WriteAllBytesAsync(Path.Combine(lab.DataDirectory, "mgcap.db"), before);
        await File.WriteAllBytesAsync(log, logBefore);
        File.Delete(Path.Combine(lab.DataDirectory, "mgcap.db-shm"));

        lab.StartConsole();
        var found = await lab.Api.FindAsync(started.Id);

        Assert.Equal((CaptureState.Stopped, StopReason.User, null), (found.State, found.StopReason, found.Error));
    }

    [RootFact]
    public async Task StopReason_IsFound()
    {
        using var lab = CaptureLab.Create("reason");
        var started = await lab.Api.StartAsync(new { stop = new { seconds = 0.1 } });
        await lab.Api.WaitAsync(started.Id, record => record.StoppedAt is not null, "its end");

        Assert.Equal(StopReason.Seconds, (await LoseCatalogueAsync(lab, started.Id, kill: false)).StopReason);
    }

    private static async Task<CaptureRecord> LoseCatalogueAsync(CaptureLab lab, Guid id, bool kill)
    {
        if (kill)
            lab.Console.Kill();
        else
            lab.Console.Stop();
        foreach (var database in Directory.GetFiles(lab.DataDirectory, "mgcap.db*"))
            File.Delete(database);
        lab.StartConsole();
        return await lab.Api.FindAsync(id);
    }

    private static long Seconds(Timestamp time) => time.ToDateTimeOffset().ToUnixTimeSeconds();
}
