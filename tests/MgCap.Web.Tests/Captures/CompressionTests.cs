using System.Net;
using MgCap.Capture.Storage;
using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Packets;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

/// <summary>Files that have ended are compressed in the background, and what is read of them stays the same.</summary>
public sealed class CompressionTests : IDisposable
{
    private const string Option = "--MgCap:Storage:Compression=zstd";

    private readonly CaptureLab _lab = CaptureLab.Create("compression");

    public void Dispose() => _lab.Dispose();

    [RootFact]
    public async Task Capture_IsTheSame_AndTakesLess()
    {
        var started = await _lab.Api.StartAsync();
        using var sender = _lab.Cable.OpenSender();
        sender.SendAll(KnownFrames.Udp(5_000));
        await _lab.Api.WaitAsync(started.Id, record => record.Statistics.Captured == 5_000, "the packets");
        var stopped = await _lab.Api.StopAsync(started.Id);
        var before = await DownloadAsync(stopped);
        Restart(Option);
        var record = await CompressedAsync(started.Id);

        Assert.Equal(stopped.Files[0], record.Files[0] with { StoredBytes = null });
        Assert.Equal([CompressedFile.PathOf(record.Files[0].Name)], FilesOf(started.Id));
        Assert.InRange(record.Files[0].StoredBytes!.Value, 1, record.Files[0].Bytes / 2);
        var after = await DownloadAsync(record);
        Assert.Equal(before.Select(answer => answer.Body), after.Select(answer => answer.Body));
        Assert.Equal(before[0].ContentHeaders.LastModified, after[0].ContentHeaders.LastModified);
        Assert.Equal(before[0].Headers.ETag, after[0].Headers.ETag);
        Assert.Equal(HttpStatusCode.PartialContent, after[1].Status);
        Assert.Equal(5_000, (await _lab.Api.GetAsync($"/api/captures/{started.Id}/packets?limit=1")).As<PacketPage>().Total);

        // The catalogue knows it after a restart, and the files tell of it without.
        Restart();
        Assert.Equal(record.Files, (await _lab.Api.FindAsync(started.Id)).Files);
        _lab.Console.Kill();
        foreach (var file in Directory.GetFiles(_lab.DataDirectory, "mgcap.db*"))
            File.Delete(file);
        _lab.StartConsole();
        Assert.Equal(record.Files, (await _lab.Api.FindAsync(started.Id)).Files);
        Assert.Equal(before[0].Body, await _lab.Api.DownloadAsync(started.Id));
    }

    /// <summary>While it runs its ended files are compressed, the ring removes them as any others, and every packet that is left is there once.</summary>
    [RootFact]
    public async Task RingThatRuns_IsCompressedBehindItsWriter()
    {
        Restart(Option);
        var started = (await _lab.Api.PostAsync("/api/captures", """{"interface":"cap0","rotate":{"packets":1000,"files":4}}""")).As<CaptureRecord>(HttpStatusCode.Created);
        using var sender = _lab.Cable.OpenSender();
        sender.SendAll(KnownFrames.Udp(3_500));
        var record = await _lab.Api.WaitAsync(
            started.Id, now => now.Statistics.Captured == 3_500 && now.Files.Count(file => file.StoredBytes is not null) == 3, "three compressed files");
        Assert.Equal((CaptureState.Running, CaptureCompression.Zstd, null), (record.State, record.Compression, record.Files[^1].StoredBytes));
        Assert.Equal(3_500, CapturedPacket.ReadAll(await _lab.Api.DownloadAsync(started.Id)).Count);

        sender.SendAll(KnownFrames.Udp(2_000));
        await _lab.Api.WaitAsync(started.Id, now => now.Statistics.Captured == 5_500 && now.Files.Count(file => file.StoredBytes is not null) == 3, "the next ones");
        Assert.Equal(4, FilesOf(started.Id).Length);
        var stopped = await _lab.Api.StopAsync(started.Id);
        Assert.Equal(3_500, stopped.Files.Sum(file => file.Packets));
        record = await CompressedAsync(started.Id);
        Assert.Equal(3_500, CapturedPacket.ReadAll(await _lab.Api.DownloadAsync(started.Id)).Count);
        Assert.Equal(record.Files.Select(file => CompressedFile.PathOf(file.Name)), FilesOf(started.Id).Order());

        Assert.Equal(HttpStatusCode.NoContent, (await _lab.Api.SendAsync(HttpMethod.Delete, $"/api/captures/{started.Id}")).Status);
        Assert.False(Directory.Exists(_lab.FolderOf(started.Id)));
    }

    /// <summary>What was left by a process that died: a file that is compressed, and nobody knows it; a damaged one; one that was being made.</summary>
    [RootFact]
    public async Task WhatAProcessLeft_IsTakenUp()
    {
        var ids = new List<Guid>();
        using var sender = _lab.Cable.OpenSender();
        for (var i = 0; i < 2; i++)
        {
            var started = await _lab.Api.StartAsync();
            sender.SendAll(KnownFrames.Udp(2_000));
            await _lab.Api.WaitAsync(started.Id, record => record.Statistics.Captured == 2_000, "the packets");
            await _lab.Api.StopAsync(started.Id);
            ids.Add(started.Id);
        }

        var running = await _lab.Api.StartAsync(new { rotate = new { packets = 1000 } });
        sender.SendAll(KnownFrames.Udp(1_500));
        await _lab.Api.WaitAsync(running.Id, record => record.Files.Count == 2 && record.Statistics.Captured == 1_500, "two files");
        var (known, damaged) = ((await _lab.Api.FindAsync(ids[0])).Files[0], (await _lab.Api.FindAsync(running.Id)).Files[0]);
        var content = await _lab.Api.DownloadAsync(ids[0]);
        _lab.Console.Kill();
        CompressedFile.Make(new StoredFile(Path.Combine(_lab.FolderOf(ids[0]), known.Name), known.Bytes));
        var path = Path.Combine(_lab.FolderOf(running.Id), damaged.Name);
        CompressedFile.Make(new StoredFile(path, damaged.Bytes));
        using (var file = new FileStream(CompressedFile.PathOf(path), FileMode.Open))
            file.SetLength(file.Length - 1);
        var unfinished = Path.Combine(_lab.FolderOf(ids[1]), "left.pcapng.zst.new");
        File.WriteAllText(unfinished, "");

        _lab.StartConsole(Option);
        Assert.Equal(content, await _lab.Api.DownloadAsync(ids[0]));
        var failed = await _lab.Api.FindAsync(running.Id);
        Assert.Equal(CaptureState.Failed, failed.State);
        Assert.Contains("damaged", failed.Error, StringComparison.Ordinal);
        Assert.Equal(content, await _lab.Api.DownloadAsync((await CompressedAsync(ids[0])).Id));
        await CompressedAsync(ids[1]);
        Assert.False(File.Exists(unfinished), "what was being made is still there");
    }

    private void Restart(params string[] arguments)
    {
        _lab.Console.Kill();
        _lab.StartConsole(arguments);
    }

    private Task<CaptureRecord> CompressedAsync(Guid id) =>
        _lab.Api.WaitAsync(id, record => record.Files.All(file => file.StoredBytes is not null), "its files to be compressed");

    private async Task<Answer[]> DownloadAsync(CaptureRecord record) =>
    [
        await _lab.Api.GetAsync($"/api/captures/{record.Id}/pcapng"),
        await _lab.Api.GetAsync($"/api/captures/{record.Id}/pcapng", ("Range", "bytes=300000-300099")),
        await _lab.Api.GetAsync($"/api/captures/{record.Id}/files/{record.Files[0].Name}"),
        await _lab.Api.GetAsync($"/api/captures/{record.Id}/pcapng?filter=udp"),
        await _lab.Api.GetAsync($"/api/captures/{record.Id}/pcapng?format=pcap"),
    ];

    private string[] FilesOf(Guid id) => [.. Directory.GetFiles(_lab.FolderOf(id)).Select(path => Path.GetFileName(path)).Where(name => name.Contains(".pcapng", StringComparison.Ordinal) && !name.EndsWith(".index", StringComparison.Ordinal))];
}
