using MgCap.Capture;
using MgCap.Web.Catalogue;
using MgCap.Web.Configuration;

namespace MgCap.Web.Captures;

/// <summary>Removes captures that are older or more than is to be kept.</summary>
public sealed partial class CaptureRetention(
    CaptureService captures, CaptureCatalogue catalogue, MgCapOptions options, TimeProvider clock, ILogger<CaptureRetention> log) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(1);

    /// <summary>Which captures are to go.</summary>
    /// <param name="ended">Captures that have ended, oldest first.</param>
    /// <param name="retention">What is kept.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<CaptureRecord> Expired(IEnumerable<CaptureRecord> ended, RetentionOptions retention, Timestamp now)
    {
        ArgumentNullException.ThrowIfNull(retention);
        var newestFirst = ended.Reverse().ToList();
        var oldest = retention.MaxAgeDays == 0 ? DateTimeOffset.MinValue : now.ToDateTimeOffset() - TimeSpan.FromDays(retention.MaxAgeDays);
        var most = retention.MaxBytes == 0 ? long.MaxValue : retention.MaxBytes;
        var expired = new List<CaptureRecord>();
        long kept = 0;
        foreach (var record in newestFirst)
        {
            kept += record.Files.Sum(file => file.Bytes);
            if (kept > most || record.StoppedAt!.Value.ToDateTimeOffset() < oldest)
                expired.Add(record);
        }

        return expired;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Retention is { MaxBytes: 0, MaxAgeDays: 0 })
            return;
        using var timer = new PeriodicTimer(_interval, clock);
        do
        {
            try
            {
                await RemoveExpiredAsync();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task RemoveExpiredAsync()
    {
        foreach (var record in Expired(catalogue.All().Where(record => record.StoppedAt is not null), options.Retention, Timestamp.Now(clock)))
        {
            LogExpired(record.Id, record.StoppedAt, record.Files.Sum(file => file.Bytes));
            await captures.DeleteAsync(record.Id);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Capture {Id}, ended {StoppedAt}, {Bytes} bytes, is beyond what is kept")]
    private partial void LogExpired(Guid id, Timestamp? stoppedAt, long bytes);

    [LoggerMessage(2, LogLevel.Error, "What is beyond what is kept could not be removed; it is tried again")]
    private partial void LogFailed(Exception exception);
}
