using MgCap.Capture;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pcapng;
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
    private const string NotKnown = "It failed; why was in the catalogue, which does not know it any more.";
    private const string Died = "The process that captured died; what it had written was made valid.";

    /// <summary>Mends everything.</summary>
    public async Task RunAsync()
    {
        if (data.OpenTo is { } mode)
            LogClosed(data.Root, mode);
        var known = catalogue.All().ToDictionary(record => record.Id);
        foreach (var folder in CaptureFolder.All(data.Captures))
        {
            known.Remove(folder.Id, out var record);
            if (record is not null && HasEnded(record))
                continue;
            if (folder.FindForeign() is { } foreign)
                await LeaveAsync(folder, record, foreign);
            else
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
        var written = Timestamp.FromDateTime(File.GetLastWriteTimeUtc(path));
        var file = RecoveredFile.Recover(path, record is null ? FallbackOf(name) : FallbackOf(record));
        var ended = (file.Ended is null ? null : file.EndedAt) ?? file.File.LastPacketAt ?? written;
        record ??= RecordFromFile(folder.Id, name, file);
        await catalogue.SaveAsync(record with
        {
            // A file that is finished was not left by a process that died, whatever became of the catalogue.
            State = file.Ended switch { null => CaptureState.Recovered, StopReason.Error => CaptureState.Failed, _ => CaptureState.Stopped },
            StoppedAt = ended.CompareTo(record.StartedAt) < 0 ? record.StartedAt : ended,
            StopReason = file.Ended ?? StopReason.Error,
            Error = file.Ended is null ? Died : file.Ended == StopReason.Error ? NotKnown : null,
            Files = [CaptureFileInfo.Of(name, file.File)],
            Statistics = file.Statistics,
        });
        if (file.Ended is null)
            LogRecovered(folder.Id, file.File.Packets, file.File.Bytes, file.BytesCut);
        else
            LogFound(folder.Id, file.File.Packets, file.File.Bytes);
    }

    /// <summary>What MgCap has not made it does not touch; and it opens nothing in a folder that others have put something into.</summary>
    private async Task LeaveAsync(CaptureFolder folder, CaptureRecord? record, string foreign)
    {
        LogForeign(folder.Id, foreign);
        if (record is null)
            return;
        await catalogue.SaveAsync(record with
        {
            State = CaptureState.Failed,
            StoppedAt = record.StartedAt,
            StopReason = StopReason.Error,
            Error = $"Its folder was left as it is: MgCap has not made {foreign}.",
            Files = [],
        });
    }

    /// <summary>The interface of a file that was cut before it described one.</summary>
    private static InterfaceDescription FallbackOf(CaptureRecord record) => new()
    {
        Name = record.Interface,
        LinkType = LinkType.Ethernet.FileNumber,
        SnapLength = (uint)record.Snaplen,
        Filter = record.Filter,
    };

    private static InterfaceDescription? FallbackOf(string fileName) => CaptureFolder.ReadFileName(fileName) is { Interface: var name }
        ? new InterfaceDescription { Name = name, LinkType = LinkType.Ethernet.FileNumber }
        : null;

    /// <summary>For a capture that the catalogue does not know: the file is asked.</summary>
    private static CaptureRecord RecordFromFile(Guid id, string fileName, RecoveredFile file) => new()
    {
        Id = id,
        Comment = file.Comment ?? "",
        Interface = file.Interface ?? CaptureFolder.ReadFileName(fileName)?.Interface ?? "",
        Engine = EngineNames.Auto,
        EngineDetail = "not known: the capture was found by its file",
        Direction = CaptureDirection.Both,
        Snaplen = file.Snaplen ?? 0,
        Filter = file.Filter,
        State = CaptureState.Recovered,
        StartedAt = file.StartedAt ?? CaptureFolder.ReadFileName(fileName)?.StartedAt ?? file.File.FirstPacketAt ?? default,
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

    [LoggerMessage(3, LogLevel.Information, "Capture {Id} found by its finished file: {Packets} packets, {Bytes} bytes")]
    private partial void LogFound(Guid id, long packets, long bytes);

    [LoggerMessage(4, LogLevel.Error, "Capture {Id} is left as it is: MgCap has not made {Path}")]
    private partial void LogForeign(Guid id, string path);

    [LoggerMessage(5, LogLevel.Warning, "The data directory {Path} was open to others (mode {Mode}); it now is for its owner only")]
    private partial void LogClosed(string path, UnixFileMode mode);

    [LoggerMessage(2, LogLevel.Warning, "Capture {Id} has no files any more")]
    private partial void LogMissing(Guid id);
}
