using MgCap.Capture;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Storage;
using MgCap.Web.Catalogue;
using MgCap.Web.Configuration;

namespace MgCap.Web.Captures;

/// <summary>
/// Mends, before the console serves, what a process that died left: files are cut to their last whole block, and the
/// catalogue is made to say what the directories hold.
/// </summary>
public sealed partial class CaptureRecovery(CaptureCatalogue catalogue, DataFolder data, ILogger<CaptureRecovery> log)
{
    private const string Died = "The process that captured died; what it had written was made valid.";

    /// <summary>Mends everything.</summary>
    public async Task RunAsync()
    {
        var known = catalogue.All().ToDictionary(record => record.Id);
        foreach (var folder in CaptureFolder.All(data.Captures))
        {
            known.Remove(folder.Id, out var record);
            if (record is null || !HasEnded(record))
                await MendAsync(folder, record);
        }

        foreach (var record in known.Values)
            await EnterMissingAsync(record);
    }

    private static bool HasEnded(CaptureRecord record) => record.StoppedAt is not null;

    private async Task MendAsync(CaptureFolder folder, CaptureRecord? record)
    {
        if (folder.FileNames() is not [var name, ..])
        {
            // The process died between making the folder and making the file: there never was a capture.
            folder.Delete();
            return;
        }

        var path = folder.PathOf(name);
        var file = RecoveredFile.Mend(path);
        var ended = file.File.LastPacketAt ?? Timestamp.FromDateTime(File.GetLastWriteTimeUtc(path));
        record ??= RecordFromFile(folder.Id, file);
        await catalogue.SaveAsync(record with
        {
            State = CaptureState.Recovered,
            StoppedAt = ended.CompareTo(record.StartedAt) < 0 ? record.StartedAt : ended,
            StopReason = StopReason.Error,
            Error = Died,
            Files = [CaptureFileInfo.Of(name, file.File)],
            Statistics = file.Statistics,
        });
        LogRecovered(folder.Id, file.File.Packets, file.File.Bytes, file.BytesCut);
    }

    /// <summary>For a capture that the catalogue does not know: the file is asked.</summary>
    private static CaptureRecord RecordFromFile(Guid id, RecoveredFile file) => new()
    {
        Id = id,
        Comment = file.Comment ?? "",
        Interface = file.Interface ?? "",
        Engine = CaptureEngineKind.Auto,
        EngineDetail = "not known: the capture was found by its file",
        Direction = CaptureDirection.Both,
        Snaplen = file.Snaplen ?? 0,
        Filter = file.Filter,
        State = CaptureState.Recovered,
        StartedAt = file.File.FirstPacketAt ?? default,
    };

    private async Task EnterMissingAsync(CaptureRecord record)
    {
        if (record.Files.Count == 0 && HasEnded(record))
            return;
        await catalogue.SaveAsync(record with
        {
            State = CaptureState.Failed,
            StoppedAt = record.StoppedAt ?? record.StartedAt,
            StopReason = StopReason.Error,
            Error = "Its files are gone.",
            Files = [],
        });
        LogMissing(record.Id);
    }

    [LoggerMessage(1, LogLevel.Warning, "Capture {Id} recovered: {Packets} packets, {Bytes} bytes; {BytesCut} bytes of an unfinished block cut off")]
    private partial void LogRecovered(Guid id, long packets, long bytes, long bytesCut);

    [LoggerMessage(2, LogLevel.Warning, "Capture {Id} has no files any more")]
    private partial void LogMissing(Guid id);
}
