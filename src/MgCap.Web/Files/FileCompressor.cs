using MgCap.Capture.Storage;
using MgCap.Web.Captures;
using MgCap.Web.Catalogue;
using MgCap.Web.Configuration;
using MgCap.Web.Dissection;

namespace MgCap.Web.Files;

/// <summary>
/// Compresses files that have ended, those of captures that still run among them: one at a time, oldest first, behind everyone else in the
/// scheduler's eyes, and only where there is room for both.
/// </summary>
public sealed partial class FileCompressor(
    CaptureService captures, CaptureCatalogue catalogue, DataFolder data, MgCapOptions options, TimeProvider clock, ILogger<FileCompressor> log) : BackgroundService
{
    private const int Last = 19;

    // What runs is looked at each time, the catalogue each twelfth.
    private const int LooksPerPass = 12;

    // What captures may write while a frame is compressed.
    private const long Margin = 16L * 1024 * 1024;

    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _tryAgain = TimeSpan.FromHours(1);

    // When something was in the way of a file.
    private readonly Dictionary<(Guid Id, string Name), DateTimeOffset> _failed = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Storage.Compression == CaptureCompression.None)
            return;
        using var workers = new LowPriorityWorkers("compressing", 1, Last);
        using var timer = new PeriodicTimer(_interval, clock);
        HashSet<Guid> before = [];
        for (var look = 0; ; look++)
        {
            try
            {
                if (look == 0)
                    await workers.RunAsync(CleanUp, stoppingToken);
                before = await LookAsync(before, all: look % LooksPerPass == 0, workers, stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception);
            }

            if (!await timer.WaitForNextTickAsync(stoppingToken))
                return;
        }
    }

    private static bool IsDue(CaptureFileInfo file) => file is { State: CaptureFileState.Finished, StoredBytes: null };

    private bool CleanUp()
    {
        foreach (var folder in CaptureFolder.All(data.Captures))
            folder.RemoveUnfinished();
        return true;
    }

    // Captures that run, those that have ended since the last look, and where all are asked for the others.
    private async Task<HashSet<Guid>> LookAsync(HashSet<Guid> before, bool all, LowPriorityWorkers workers, CancellationToken cancellation)
    {
        var running = captures.Running.Select(capture => capture.Id).ToHashSet();
        var looked = all ? catalogue.All().Where(record => record.Files.Any(IsDue)).Select(record => record.Id).Union(running) : before.Union(running);
        foreach (var id in looked.Order())
        {
            if (await captures.FindAsync(id) is { } record)
                await CompressAsync(record, workers, cancellation);
        }

        return running;
    }

    private async Task CompressAsync(CaptureRecord record, LowPriorityWorkers workers, CancellationToken cancellation)
    {
        var folder = new CaptureFolder(data.Captures, record.Id);
        var made = new Dictionary<string, long>();
        foreach (var file in record.Files.Where(IsDue))
        {
            if (IsTold(record.Id, file.Name) || await TryCompressAsync(folder, file, workers, cancellation) is not { } bytes)
                continue;
            made[file.Name] = bytes;
            if (record.StoppedAt is null)
                await captures.SetCompressedAsync(record.Id, made);
        }

        if (made.Count > 0 && record.StoppedAt is not null)
            await captures.SetCompressedAsync(record.Id, made);
    }

    /// <returns>What it takes on the disk now; null where it is not compressed.</returns>
    private async Task<long?> TryCompressAsync(CaptureFolder folder, CaptureFileInfo file, LowPriorityWorkers workers, CancellationToken cancellation)
    {
        if (data.FreeBytes < data.MinFreeBytes + Margin + file.Bytes)
            return null;
        var path = folder.PathOf(file.Name);
        try
        {
            return await workers.RunAsync(() => CompressedFile.Make(new StoredFile(path, file.Bytes), MayGoOn), cancellation);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // It was removed, by a ring of files or with its capture; or it was compressed before, and the process died before that was entered.
            return folder.CompressedLength(file.Name);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _failed[(folder.Id, file.Name)] = clock.GetUtcNow();
            LogNotCompressed(exception, folder.Id, file.Name);
            return null;
        }

        bool MayGoOn() => !cancellation.IsCancellationRequested && data.FreeBytes >= data.MinFreeBytes + Margin && File.Exists(path);
    }

    private bool IsTold(Guid id, string name)
    {
        if (!_failed.TryGetValue((id, name), out var at))
            return false;
        if (clock.GetUtcNow() - at < _tryAgain)
            return true;
        _failed.Remove((id, name));
        return false;
    }

    [LoggerMessage(1, LogLevel.Warning, "Capture {Id}: {Name} could not be compressed and stays as it is; it is tried again in an hour")]
    private partial void LogNotCompressed(Exception exception, Guid id, string name);

    [LoggerMessage(2, LogLevel.Error, "Files could not be compressed; it is tried again")]
    private partial void LogFailed(Exception exception);
}
