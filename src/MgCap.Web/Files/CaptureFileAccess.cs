using MgCap.Capture.Storage;
using MgCap.Web.Api;
using MgCap.Web.Captures;
using MgCap.Web.Catalogue;
using MgCap.Web.Configuration;
using MgCap.Web.Dissection;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Files;

/// <summary>A capture whose file can be read.</summary>
/// <param name="Record">The capture as it stood when its file's length was looked at.</param>
/// <param name="Path">Its file.</param>
/// <param name="Length">Bytes of the file that count: up to the end of a block.</param>
public sealed record ReadableCapture(CaptureRecord Record, string Path, long Length)
{
    /// <summary>Whether the file changes no more.</summary>
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

    /// <summary>Finds a capture with a file.</summary>
    /// <param name="id">The capture's id.</param>
    /// <returns>null where there is none.</returns>
    public async Task<ReadableCapture?> FindAsync(CaptureId id)
    {
        if (await captures.FindAsync(id.Value) is not { Files: [var file, ..] } record)
            return null;
        var path = new CaptureFolder(data.Captures, id.Value).PathOf(file.Name);
        return File.Exists(path) ? new ReadableCapture(record, path, file.Bytes) : null;
    }

    /// <summary>Reads a capture's index. Not for a request's own thread: it may have to be made.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public CaptureIndex IndexOf(ReadableCapture capture)
    {
        ArgumentNullException.ThrowIfNull(capture);
        lock (_lock)
        {
            if (_kept.Find(index => index.Path == capture.Path && index.Length == capture.Length) is { } kept)
                return kept;
        }

        var made = CaptureIndex.Read(capture.Path, capture.Length);
        if (capture.HasEnded && made.LengthRead >= WorthSaving)
            TrySave(made);
        lock (_lock)
        {
            _kept.RemoveAll(index => index.Path == capture.Path);
            if (_kept.Count == MaxKept)
                _kept.RemoveAt(0);
            _kept.Add(made);
        }

        return made;
    }

    /// <summary>The answer where there is no such capture, or no file of it.</summary>
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
            LogNotSaved(exception, index.Path);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The index of {Path} could not be kept; it is made again after each start")]
    private partial void LogNotSaved(Exception exception, string path);
}
