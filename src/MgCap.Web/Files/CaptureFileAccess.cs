using MgCap.Capture.Storage;
using MgCap.Web.Api;
using MgCap.Web.Captures;
using MgCap.Web.Catalogue;
using MgCap.Web.Configuration;
using MgCap.Web.Dissection;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Files;

/// <summary>A capture whose files can be read.</summary>
/// <param name="Record">The capture as it stood when its files' lengths were looked at.</param>
/// <param name="Folder">Where they are.</param>
/// <param name="Files">Its files, as far as they count: up to the end of a block.</param>
public sealed record ReadableCapture(CaptureRecord Record, CaptureFolder Folder, CaptureFileSet Files)
{
    /// <summary>Whether the files change no more.</summary>
    public bool HasEnded => Record.StoppedAt is not null;
}

/// <summary>Finds captures for reading, and keeps the indexes of those that were read last.</summary>
public sealed partial class CaptureFileAccess(CaptureService captures, DataFolder data, ILogger<CaptureFileAccess> log) : IDisposable
{
    private const int MaxKept = 4;
    private const int FileReaders = 2;

    // An index that took this much reading to make is kept for the next start of the console.
    private const long WorthSaving = 8 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly List<CaptureIndex> _kept = [];

    /// <summary>Where packets are dissected.</summary>
    public LowPriorityWorkers Dissecting { get; } = new("dissecting", SharkdPool.MaxHelpers);

    /// <summary>Where files are read otherwise.</summary>
    public LowPriorityWorkers Files { get; } = new("reading", FileReaders);

    /// <summary>Finds a capture that has files.</summary>
    /// <param name="id">The capture's id.</param>
    /// <returns>null where there is none.</returns>
    /// <exception cref="FileNotFoundException">A running capture has removed them meanwhile, since it keeps its newest.</exception>
    /// <exception cref="IOException">One of several files can't be read.</exception>
    public async Task<ReadableCapture?> FindAsync(CaptureId id)
    {
        if (await captures.FindAsync(id.Value) is not { } record)
            return null;
        var folder = new CaptureFolder(data.Captures, id.Value);
        if (folder.Open(record.Files.Select(file => (file.Name, file.Bytes))) is { } files)
            return new ReadableCapture(record, folder, files);
        // One that runs has others by now.
        return record is { StoppedAt: null, Files.Count: > 0 } ? throw new FileNotFoundException("the files were removed meanwhile") : null;
    }

    /// <summary>Finds one of a capture's files.</summary>
    /// <returns>null where there is none of this name.</returns>
    public async Task<(CaptureFileInfo File, CaptureFileSet Content, DateTimeOffset? FinishedAt)?> FindFileAsync(CaptureId id, string name)
    {
        if (await captures.FindAsync(id.Value) is not { } record || record.Files.FirstOrDefault(file => file.Name == name) is not { } found)
            return null;
        var folder = new CaptureFolder(data.Captures, id.Value);
        return folder.Open([(found.Name, found.Bytes)]) is { } content ? (found, content, folder.LastWritten(name)) : null;
    }

    /// <summary>Reads a capture's index. Not for a request's own thread: it may have to be made.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public CaptureIndex IndexOf(ReadableCapture capture)
    {
        ArgumentNullException.ThrowIfNull(capture);
        lock (_lock)
        {
            if (_kept.Find(index => index.Files.IsSameAs(capture.Files)) is { } kept)
                return kept;
        }

        var made = CaptureIndex.Read(capture.Files);
        if (capture.HasEnded && made.LengthRead >= WorthSaving)
            TrySave(made);
        lock (_lock)
        {
            _kept.RemoveAll(index => index.Files.Name == capture.Files.Name);
            if (_kept.Count == MaxKept)
                _kept.RemoveAt(0);
            _kept.Add(made);
        }

        return made;
    }

    /// <summary>The answer where there is no such capture, or none of its files.</summary>
    internal static ProblemHttpResult NoCapture() => Problem.Of(ProblemCode.CaptureNotFound, "GET /api/captures lists them; a capture whose files are gone has no packets.");

    /// <inheritdoc/>
    public void Dispose()
    {
        Dissecting.Dispose();
        Files.Dispose();
    }

    private void TrySave(CaptureIndex index)
    {
        try
        {
            index.Save();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotSaved(exception, index.Files.Name);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The index of {Path} could not be kept; it is made again after each start")]
    private partial void LogNotSaved(Exception exception, string path);
}
