using MgCap.Capture;
using MgCap.Web.Captures;
using MgCap.Web.Catalogue;
using MgCap.Web.Configuration;
using MgCap.Web.History;

namespace MgCap.Web.Live;

/// <summary>Samples every running capture at an even interval: their rates come from here.</summary>
public sealed partial class LiveSampler(
    CaptureService captures, LiveNotifier live, DataFolder data, MgCapOptions options, TimeProvider clock, ILogger<LiveSampler> log) : BackgroundService
{
    private long _roundAt = clock.GetTimestamp();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(options.Live.SampleIntervalMs), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var running = captures.Running.ToArray();
                var disk = LookAtDisk(running);
                foreach (var capture in running)
                    await SampleAsync(capture, disk);
            }
            catch (IOException exception)
            {
                LogNoDisk(exception);
            }
        }
    }

    private DiskUse LookAtDisk(RunningCapture[] running)
    {
        var elapsed = clock.GetElapsedTime(_roundAt).TotalSeconds;
        _roundAt = clock.GetTimestamp();
        if (running.Length == 0)
            return default;
        long grown = 0;
        foreach (var capture in running)
        {
            var bytes = capture.Session.File.Bytes;
            // A capture that keeps its newest files only may have become smaller: it takes no room.
            if (capture.Read().Kind == CaptureKind.File)
                grown += Math.Max(bytes - capture.Track.SampledFileBytes, 0);
            capture.Track.SampledFileBytes = bytes;
        }

        return new DiskUse(data.FreeBytes, elapsed > 0 ? grown / elapsed : 0);
    }

    private async Task SampleAsync(RunningCapture capture, DiskUse disk)
    {
        try
        {
            var sample = Take(capture, disk);
            capture.Track.Samples.Add(sample);
            await live.SampleAsync(sample);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed(exception, capture.Id);
        }
    }

    private LiveSample Take(RunningCapture capture, DiskUse disk)
    {
        var session = capture.Session;
        var statistics = session.ReadStatistics(renewRates: true);
        var elapsed = capture.Track.ElapsedSeconds;
        return new LiveSample
        {
            CaptureId = capture.Id,
            At = Timestamp.Now(clock),
            ElapsedSeconds = elapsed,
            PacketsPerSecond = statistics.PacketsPerSecond,
            BitsPerSecond = statistics.BitsPerSecond,
            Received = statistics.Received,
            Filtered = statistics.Filtered,
            Captured = statistics.Captured,
            Dropped = statistics.Dropped,
            RxDropped = statistics.RxDropped,
            FileBytes = session.File.Bytes,
            DiskBytesPerSecond = disk.BytesPerSecond,
            FreeBytes = disk.FreeBytes,
            RoomBytes = Math.Max(disk.FreeBytes - data.MinFreeBytes, 0),
            Losses = capture.Track.Losses.Add(elapsed, statistics.Dropped),
            Queues = statistics.Queues,
        };
    }

    [LoggerMessage(1, LogLevel.Error, "Capture {Id} could not be sampled")]
    private partial void LogFailed(Exception exception, Guid id);

    [LoggerMessage(2, LogLevel.Error, "The data directory's disk could not be looked at; no capture was sampled")]
    private partial void LogNoDisk(Exception exception);

    private readonly record struct DiskUse(long FreeBytes, double BytesPerSecond);
}
