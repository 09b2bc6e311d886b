using MgCap.Capture;
using MgCap.Web.Captures;
using MgCap.Web.Configuration;

namespace MgCap.Web.Live;

/// <summary>Samples every running capture at an even interval: their rates come from here.</summary>
public sealed partial class LiveSampler(
    CaptureService captures, LiveNotifier live, MgCapOptions options, TimeProvider clock, ILogger<LiveSampler> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(options.Live.SampleIntervalMs), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var capture in captures.Running)
            {
                try
                {
                    await live.SampleAsync(Take(capture));
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    LogFailed(exception, capture.Id);
                }
            }
        }
    }

    private LiveSample Take(RunningCapture capture)
    {
        var session = capture.Session;
        var statistics = session.ReadStatistics(renewRates: true);
        var now = Timestamp.Now(clock);
        return new LiveSample
        {
            CaptureId = capture.Id,
            At = now,
            ElapsedSeconds = (now.Nanoseconds - session.StartedAt.Nanoseconds) / 1e9,
            PacketsPerSecond = statistics.PacketsPerSecond,
            BitsPerSecond = statistics.BitsPerSecond,
            Received = statistics.Received,
            Filtered = statistics.Filtered,
            Captured = statistics.Captured,
            Dropped = statistics.Dropped,
            FileBytes = session.File.Bytes,
            Queues = statistics.Queues,
        };
    }

    [LoggerMessage(1, LogLevel.Error, "Capture {Id} could not be sampled")]
    private partial void LogFailed(Exception exception, Guid id);
}
