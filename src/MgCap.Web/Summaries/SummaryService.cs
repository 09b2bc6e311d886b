using System.Collections.Concurrent;
using System.Text.Json;
using MgCap.Capture;
using MgCap.Web.Dissection;
using MgCap.Web.Files;

namespace MgCap.Web.Summaries;

/// <summary>
/// Makes summaries of captures that have ended, one at a time and behind everyone else, when they are first asked for. Each is kept
/// in its capture's folder, and goes with it.
/// </summary>
public sealed partial class SummaryService(ILogger<SummaryService> log) : IDisposable
{
    // Grows when figures change their meaning: summaries that an earlier version kept are then made again.
    private const int Version = 1;
    private const string FileName = "capture.summary";

    private readonly ConcurrentDictionary<string, Job> _jobs = new();
    private readonly LowPriorityWorkers _threads = new("summaries", 1);
    private readonly CancellationTokenSource _closing = new();

    /// <summary>The summary, as far as it is.</summary>
    /// <param name="capture">A capture that has ended.</param>
    /// <exception cref="ReadersBusyException">Too many wait for theirs.</exception>
    public CaptureSummary Find(ReadableCapture capture)
    {
        ArgumentNullException.ThrowIfNull(capture);
        if (_jobs.TryGetValue(capture.Files.Name, out var job))
            return job.Result ?? new CaptureSummary { State = SummaryState.Working, Progress = job.Scan.Progress };
        if (TryRead(capture) is { } kept)
            return kept;
        job = new Job(new SummaryScan());
        if (!_jobs.TryAdd(capture.Files.Name, job))
            return Find(capture);
        try
        {
            _ = _threads.RunAsync(() => Make(capture, job), _closing.Token);
        }
        catch (ReadersBusyException)
        {
            _jobs.TryRemove(capture.Files.Name, out _);
            throw;
        }

        return new CaptureSummary { State = SummaryState.Working };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _closing.Cancel();
        _threads.Dispose();
        _closing.Dispose();
    }

    private bool Make(ReadableCapture capture, Job job)
    {
        CaptureSummary? made = null;
        try
        {
            made = job.Scan.Run(capture.Files, _closing.Token);
            // First it is kept, then it is told: a client that was told of one finds it after the console's next start.
            capture.Folder.Replace(FileName, JsonSerializer.SerializeToUtf8Bytes(new Kept(capture.Files.Length, made, Version), JsonConventions.Options));
            _jobs.TryRemove(capture.Files.Name, out _);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // One that is made and can't be kept stays in memory; one that could not be made is tried again.
            LogFailed(exception, capture.Files.Name);
            if (made is null)
                _jobs.TryRemove(capture.Files.Name, out _);
            job.Result = made;
        }

        return made is not null;
    }

    private static CaptureSummary? TryRead(ReadableCapture capture)
    {
        try
        {
            var kept = JsonSerializer.Deserialize<Kept>(File.ReadAllBytes(capture.Folder.PathOf(FileName)), JsonConventions.Options);
            return kept?.FileBytes == capture.Files.Length && kept.Version == Version ? kept.Summary : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The summary of {Path} could not be made or kept")]
    private partial void LogFailed(Exception exception, string path);

    private sealed record Kept(long FileBytes, CaptureSummary Summary, int Version = 0);

    private sealed class Job(SummaryScan scan)
    {
        private volatile CaptureSummary? _result;

        internal SummaryScan Scan { get; } = scan;

        internal CaptureSummary? Result
        {
            get => _result;
            set => _result = value;
        }
    }
}
