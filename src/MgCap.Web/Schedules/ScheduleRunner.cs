namespace MgCap.Web.Schedules;

/// <summary>Has the schedules' captures started and stopped in time.</summary>
public sealed partial class ScheduleRunner(ScheduleService schedules, TimeProvider clock, ILogger<ScheduleRunner> log) : BackgroundService
{
    // The clock may be set, and a machine that was asleep does not wake who waits for longer.
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var wait = _longest;
            try
            {
                if (await schedules.RunDueAsync(isFirst, stoppingToken) is { } next)
                    wait = TimeSpan.FromTicks(Math.Clamp((next - clock.GetUtcNow()).Ticks, 0, _longest.Ticks));
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception);
            }

            // A millisecond more: the time is past then, and not about to come.
            await schedules.WaitForChangeAsync(wait + TimeSpan.FromMilliseconds(1), stoppingToken);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "What the schedules have due could not be done; it is tried again")]
    private partial void LogFailed(Exception exception);
}
