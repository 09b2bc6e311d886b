using MgCap.Capture;
using MgCap.Web.Catalogue;
using MgCap.Web.Configuration;

namespace MgCap.Web.Captures;

/// <summary>Removes captures that are older or more than is to be kept, or whose room is needed; pinned ones stay.</summary>
public sealed partial class CaptureRetention(
    CaptureService captures, CaptureCatalogue catalogue, DataFolder data, MgCapOptions options, TimeProvider clock, ILogger<CaptureRetention> log) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(1);

    /// <summary>Which captures are to go.</summary>
    /// <param name="ended">Captures that have ended, oldest first.</param>
    /// <param name="retention">What is kept.</param>
    /// <param name="now">The time.</param>
    /// <param name="free">Bytes that are free on the file system.</param>
    /// <returns>Oldest first.</returns>
    public static IReadOnlyList<CaptureRecord> Expired(IReadOnlyList<CaptureRecord> ended, RetentionOptions retention, Timestamp now, long free)
    {
        ArgumentNullException.ThrowIfNull(ended);
        ArgumentNullException.ThrowIfNull(retention);
        var oldest = retention.MaxAgeDays == 0 ? DateTimeOffset.MinValue : now.ToDateTimeOffset() - TimeSpan.FromDays(retention.MaxAgeDays);
        var most = retention.MaxBytes == 0 ? long.MaxValue : retention.MaxBytes;
        var (kept, missing) = (ended.Sum(Bytes), retention.FreeBytes - free);
        var expired = new List<CaptureRecord>();
        foreach (var record in ended.Where(record => !record.Pinned))
        {
            if (kept <= most && missing <= 0 && record.StoppedAt!.Value.ToDateTimeOffset() >= oldest)
                continue;
            expired.Add(record);
            kept -= Bytes(record);
            missing -= Bytes(record);
        }

        return expired;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Retention is { MaxBytes: 0, MaxAgeDays: 0, FreeBytes: 0 })
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
        var ended = catalogue.All().Where(record => record.StoppedAt is not null).ToArray();
        foreach (var record in Expired(ended, options.Retention, Timestamp.Now(clock), data.FreeBytes))
        {
            LogExpired(record.Id, record.StoppedAt, Bytes(record));
            await captures.DeleteAsync(record.Id);
        }
    }

    private static long Bytes(CaptureRecord record) => record.Files.Sum(file => file.StoredBytes ?? file.Bytes);

    [LoggerMessage(1, LogLevel.Information, "Capture {Id}, ended {StoppedAt}, {Bytes} bytes, is beyond what is kept")]
    private partial void LogExpired(Guid id, Timestamp? stoppedAt, long bytes);

    [LoggerMessage(2, LogLevel.Error, "What is beyond what is kept could not be removed; it is tried again")]
    private partial void LogFailed(Exception exception);
}
