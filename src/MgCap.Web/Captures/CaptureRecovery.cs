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
        DiskTrial.CleanUp(data.Captures);
        var known = catalogue.All().ToDictionary(record => record.Id);
        foreach (var folder in CaptureFolder.All(data.Captures))
        {
            known.Remove(folder.Id, out var record);
            if (record is not null && HasEnded(record))
                continue;
            if (folder.FindForeign() is { } foreign)
                await LeaveAsync(folder, record, foreign);
            else
                await TryMendAsync(folder, record);
        }

        foreach (var record in known.Values)
            await EnterMissingAsync(record);
    }

    private static bool HasEnded(CaptureRecord record) => record.StoppedAt is not null;

    /// <summary>What can't be read is left as it is: the others are not to wait for it.</summary>
    private async Task TryMendAsync(CaptureFolder folder, CaptureRecord? record)
    {
        try
        {
            await MendAsync(folder, record);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(exception, folder.Id);
            if (record is not null)
                await catalogue.SaveAsync(record with { State = CaptureState.Failed, StoppedAt = record.StartedAt, StopReason = StopReason.Error, Error = $"Its files were left as they are: {exception.Message}" });
        }
    }

    private async Task MendAsync(CaptureFolder folder, CaptureRecord? record)
    {
        var names = folder.FileNames();
        var written = names.Count > 0 && folder.LastWritten(names[^1]) is { } last ? Timestamp.FromDateTime(last) : default;
        if (RecoveredCapture.Recover(folder, record is null ? FallbackOf(names) : FallbackOf(record)) is not { Last: var newest } capture)
        {
            // The process died between making the folder and making the file: there never was a capture.
            folder.Delete();
            return;
        }

        var ended = (newest.Ended is null ? null : newest.EndedAt) ?? capture.LastPacketAt ?? written;
        record ??= RecordFromFiles(folder.Id, capture);
        record = record with
        {
            // A file that is finished was not left by a process that died, whatever became of the catalogue.
            State = newest.Ended switch { null => CaptureState.Recovered, StopReason.Error => CaptureState.Failed, _ => CaptureState.Stopped },
            StoppedAt = ended.CompareTo(record.StartedAt) < 0 ? record.StartedAt : ended,
            StopReason = newest.Ended ?? StopReason.Error,
            Error = newest.Ended is null ? Died : newest.Ended == StopReason.Error ? NotKnown : null,
            Files = [.. capture.Files.Select(file => CaptureFileInfo.Of(file.Content.File) with { StoredBytes = folder.CompressedLength(file.Name) })],
            Statistics = capture.Statistics,
        };
        await catalogue.SaveAsync(record);
        if (newest.Ended is null)
            LogRecovered(folder.Id, record.Files.Sum(file => file.Packets), record.Files.Sum(file => file.Bytes), newest.BytesCut);
        else
            LogFound(folder.Id, record.Files.Sum(file => file.Packets), record.Files.Sum(file => file.Bytes));
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
        Name = record.Interfaces[0],
        LinkType = LinkType.Ethernet.FileNumber,
        SnapLength = (uint)record.Snaplen,
        Filter = record.Filter,
    };

    private static InterfaceDescription? FallbackOf(IReadOnlyList<string> fileNames) =>
        fileNames is [.., var last] && CaptureFolder.ReadFileName(last) is { Interface: var name }
            ? new InterfaceDescription { Name = name, LinkType = LinkType.Ethernet.FileNumber }
            : null;

    /// <summary>For a capture that the catalogue does not know: the files are asked.</summary>
    private static CaptureRecord RecordFromFiles(Guid id, RecoveredCapture capture)
    {
        var (first, name) = (capture.First, CaptureFolder.ReadFileName(capture.Files[0].Name));
        return new CaptureRecord
        {
            Id = id,
            Comment = first.Comment ?? "",
            Interface = first.Interface ?? name?.Interface ?? "",
            Engine = EngineNames.Auto,
            EngineDetail = "not known: the capture was found by its files",
            Direction = CaptureDirection.Both,
            Snaplen = first.Snaplen ?? 0,
            Filter = first.Filter,
            State = CaptureState.Recovered,
            StartedAt = first.StartedAt ?? name?.StartedAt ?? first.File.FirstPacketAt ?? default,
        };
    }

    private async Task EnterMissingAsync(CaptureRecord record)
    {
        if (record.Files.Count == 0 && HasEnded(record))
            return;
        await catalogue.SaveAsync(record with
        {
            State = CaptureState.Failed,
            StoppedAt = record.StoppedAt ?? record.StartedAt,
            StopReason = StopReason.Error,
            Error = record.Kind == CaptureKind.Recorder ? "The process that captured died, and with it what the recorder had in memory." : "Its files are gone.",
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

    [LoggerMessage(6, LogLevel.Error, "Capture {Id} is left as it is: its files can't be read")]
    private partial void LogUnreadable(Exception exception, Guid id);

    [LoggerMessage(2, LogLevel.Warning, "Capture {Id} has no files any more")]
    private partial void LogMissing(Guid id);
}
