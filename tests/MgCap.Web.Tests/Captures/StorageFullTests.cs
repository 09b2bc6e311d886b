using System.Globalization;
using System.Net;
using MgCap.Capture;
using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.History;
using MgCap.Web.Live;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

/// <summary>A disk that fills up: what was written stays, what was not is counted, and the console goes on.</summary>
public sealed class StorageFullTests
{
    private const int Mebibytes = 24;
    private const int Packets = 4500;
    private const int Length = 9000;

    /// <summary>Sent while the console is stopped, all of it waits in the ring: how much reaches it is known, however slow the machine.</summary>
    private static readonly IReadOnlyList<byte[]> _moreThanFits = KnownFrames.Udp(Packets, Length);

    [RootTheory]
    [InlineData("--MgCap:Retention:MinFreeBytes=0")]
    [InlineData(null)]
    public async Task FullWhileCapturing_EndsTheCaptureAndLosesNothingThatWasWritten(string? argument)
    {
        using var disk = new Tmpfs(Mebibytes);
        using var lab = CaptureLab.Create("full", data: disk.FullName, arguments: argument is null ? [] : [argument]);

        var ended = await FillAsync(lab);
        var file = await lab.Api.DownloadAsync(ended.Id);

        Assert.Equal((CaptureState.Stopped, StopReason.StorageFull), (ended.State, ended.StopReason));
        Assert.Contains(disk.FullName, ended.Error, StringComparison.Ordinal);
        Accounts.RequireAgreement(ended, file);
        Accounts.RequireSameStatistics(ended, file);
        Assert.Equal(Packets, ended.Statistics.Received);
        Assert.InRange(ended.Statistics.Captured, 1000, Packets - 1);
        Assert.True(ended.Statistics.Dropped.Writer > 0, "packets that could not be written are lost at the writer");
        var losses = (await lab.Api.GetAsync($"/api/captures/{ended.Id}/losses")).As<CaptureLosses>().Losses;
        Assert.Equal(ended.Statistics.Dropped.Writer, losses.Where(loss => loss.Stage == LossStage.Writer).Sum(loss => loss.Packets));
        var sequence = CapturedPacket.ReadAll(file).Select(packet => Frames.SequenceOfUdp4(packet.Data));
        Assert.Equal(Enumerable.Range(0, (int)ended.Statistics.Captured).Select(i => (uint)i), sequence);
    }

    [RootTheory]
    [InlineData("--MgCap:Retention:MinFreeBytes=0")]
    [InlineData(null)]
    public async Task Full_CanBeFreedAndUsedAgain(string? argument)
    {
        using var disk = new Tmpfs(Mebibytes);
        using var lab = CaptureLab.Create("free", data: disk.FullName, arguments: argument is null ? [] : [argument]);
        var ended = await FillAsync(lab);
        FillUp(Path.Combine(disk.FullName, "filler"));

        var refused = await lab.Api.TryStartAsync();
        Assert.Contains("captures", refused.RequireProblem(507, "storage_full").GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(ended.Id, Assert.Single((await lab.Api.ListAsync()).Captures).Id);
        Assert.Single(Directory.GetDirectories(Path.Combine(lab.DataDirectory, "captures")));
        var rename = await lab.Api.PatchAsync(ended.Id, $$"""{"comment":"{{new string('c', 10_000)}}"}""");
        if (rename.Status != HttpStatusCode.OK)
            rename.RequireProblem(507, "storage_full");
        Assert.Equal(HttpStatusCode.NoContent, (await lab.Api.DeleteAsync(ended.Id)).Status);
        Assert.False(Directory.Exists(lab.FolderOf(ended.Id)), "the deleted capture's directory is still there");

        var again = await lab.Api.StartAsync();
        using (var sender = lab.Cable.OpenSender())
            sender.SendAll(KnownFrames.Mixed);
        var stopped = await lab.Api.StopAsync(again.Id);
        Assert.Equal((CaptureState.Stopped, StopReason.User, (long)KnownFrames.Mixed.Count), (stopped.State, stopped.StopReason, stopped.Statistics.Captured));
        Accounts.RequireAgreement(stopped, await lab.Api.DownloadAsync(again.Id));
    }

    [RootFact]
    public async Task FullAndKilled_KeepsWhatWasWritten()
    {
        using var disk = new Tmpfs(Mebibytes);
        using var lab = CaptureLab.Create("fullkill", data: disk.FullName, arguments: "--MgCap:Retention:MinFreeBytes=0");
        var ended = await FillAsync(lab);
        lab.Console.Kill();

        lab.StartConsole("--MgCap:Retention:MinFreeBytes=0");
        var found = await lab.Api.FindAsync(ended.Id);
        var file = await lab.Api.DownloadAsync(ended.Id);

        Assert.Equal(ended.Statistics.Captured, found.Statistics.Captured);
        Accounts.RequireAgreement(found, file);
    }

    [RootFact]
    public async Task LittleRoom_IsKeptFree()
    {
        const long kept = 8 * 1024 * 1024;
        using var disk = new Tmpfs(Mebibytes);
        using var lab = CaptureLab.Create("keep", data: disk.FullName, arguments: string.Create(CultureInfo.InvariantCulture, $"--MgCap:Retention:MinFreeBytes={kept}"));

        var ended = await FillAsync(lab);

        Assert.Equal(StopReason.StorageFull, ended.StopReason);
        Assert.Equal(Packets, ended.Statistics.Received);
        // A buffer of a mebibyte may come on top of what was looked at.
        Assert.True(disk.FreeBytes > kept - 2 * 1024 * 1024, $"{disk.FreeBytes} bytes are free, {kept} were to stay free");
        Accounts.RequireAgreement(ended, await lab.Api.DownloadAsync(ended.Id));
    }

    [RootFact]
    public async Task Overload_IsAccountedForToTheLastPacket()
    {
        // 12,000 packets of 9,000 bytes are more than the ring of 64 MiB holds.
        using var lab = CaptureLab.Create("overload");
        var started = await lab.Api.StartAsync(new { snaplen = Length });
        using (Stopped.Process(lab.Console.ProcessId))
            Send(lab, Enumerable.Repeat(_moreThanFits, 3).SelectMany(frames => frames).Take(12_000));
        var stopped = await lab.Api.StopAsync(started.Id);
        var file = await lab.Api.DownloadAsync(started.Id);

        Assert.Equal(12_000, stopped.Statistics.Received);
        Assert.True(stopped.Statistics.Dropped.Ring > 0, "the ring held more than it can");
        Accounts.RequireAgreement(stopped, file);
        Accounts.RequireSameStatistics(stopped, file);
    }

    private static async Task<CaptureRecord> FillAsync(CaptureLab lab)
    {
        var started = await lab.Api.StartAsync(new { snaplen = Length });
        using (Stopped.Process(lab.Console.ProcessId))
            Send(lab, _moreThanFits);
        return await lab.Api.WaitForEndAsync(started.Id);
    }

    private static void Send(CaptureLab lab, IEnumerable<byte[]> frames)
    {
        using var sender = lab.Cable.OpenSender();
        sender.SendAll(frames);
    }

    /// <summary>Writes until nothing more fits.</summary>
    private static void FillUp(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        var page = new byte[4096];
        long length = 0;
        try
        {
            while (true)
            {
                RandomAccess.Write(file, page, length);
                length += page.Length;
            }
        }
        catch (IOException)
        {
            // It is full, as was wanted.
        }
    }
}
