using MgCap.Capture;
using MgCap.Capture.Sensors;
using MgCap.Web.Interfaces;

namespace MgCap.Web.Live;

/// <summary>
/// Tells the watchers once a second what passes every interface. That costs one dump of rtnetlink(7), however many interfaces
/// and watchers there are, and nothing while nobody watches.
/// </summary>
public sealed partial class InterfaceRateSampler(
    ISensor sensor, InterfaceWatchers watchers, LiveNotifier live, TimeProvider clock, ILogger<InterfaceRateSampler> log) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    private readonly RateMeter _meter = new();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (!watchers.Any)
            {
                _meter.Reset();
                continue;
            }

            try
            {
                var rates = _meter.Read(sensor.ReadTraffic(), clock.GetElapsedTime(0));
                if (rates.Count > 0)
                    await live.InterfaceRatesAsync(new InterfaceRates(Timestamp.Now(clock), rates));
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The rates of the interfaces could not be read; it is tried again")]
    private partial void LogFailed(Exception exception);
}
