using MgCap.Capture;
using MgCap.Capture.Interfaces;
using MgCap.Web.Access;
using MgCap.Web.Captures;
using MgCap.Web.Catalogue;
using Microsoft.EntityFrameworkCore;

namespace MgCap.Web.Schedules;

/// <summary>Keeps schedules, and starts and stops captures by them. Changes are made one at a time, whether a request or the time asks for them.</summary>
public sealed partial class ScheduleService(
    IDbContextFactory<CatalogueContext> contexts, CaptureService captures, RecorderService recorders, TimeProvider clock, ILogger<ScheduleService> log) : IDisposable
{
    private const int MissedKept = 20;
    private const string Away = "the console was not running, or the machine was asleep";

    // A start that comes so late is made up for; a later one only where its capture would still run.
    private static readonly TimeSpan _late = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _changing = new(1);
    private readonly SemaphoreSlim _changed = new(0);

    /// <inheritdoc/>
    public void Dispose()
    {
        _changing.Dispose();
        _changed.Dispose();
    }

    /// <summary>Waits until a schedule was changed, or some time is up.</summary>
    internal Task WaitForChangeAsync(TimeSpan longest, CancellationToken cancellation) => _changed.WaitAsync(longest, cancellation);

    /// <summary>Every schedule, oldest first.</summary>
    public async Task<IReadOnlyList<Schedule>> ListAsync()
    {
        await using var context = await contexts.CreateDbContextAsync();
        return [.. (await context.Schedules.AsNoTracking().OrderBy(row => row.Id).ToListAsync()).Select(Describe)];
    }

    /// <summary>The schedule with this id; null when there is none.</summary>
    public async Task<Schedule?> FindAsync(Guid id)
    {
        await using var context = await contexts.CreateDbContextAsync();
        return await context.Schedules.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id) is { } row ? Describe(row) : null;
    }

    /// <summary>Makes a schedule.</summary>
    /// <param name="request">A checked request.</param>
    /// <param name="owner">Who asks, whose its captures are.</param>
    public async Task<Schedule> AddAsync(ScheduleRequest request, string owner)
    {
        ArgumentNullException.ThrowIfNull(request);
        var row = new ScheduleRow
        {
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            Name = "",
            Owner = owner,
            Start = "",
            Stop = null,
            Zone = Packets.Zones.Utc,
            Paused = false,
            Capture = "",
            CheckedAt = Timestamp.Now(clock),
        };
        request.Apply(row);
        return await ChangeAsync(async context =>
        {
            context.Schedules.Add(row);
            await context.SaveChangesAsync();
            return Describe(row);
        });
    }

    /// <summary>Changes a schedule; a capture that runs by it goes on, and stops as the schedule says now.</summary>
    /// <param name="id">Which.</param>
    /// <param name="request">A checked request.</param>
    /// <param name="caller">Who asks; captures of what it starts from now on are theirs.</param>
    /// <returns>null when there is no such schedule.</returns>
    /// <exception cref="NotAllowedException">It is somebody else's, or starts what takes an administrator.</exception>
    public Task<Schedule?> PatchAsync(Guid id, ScheduleRequest request, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(caller);
        return ChangeAsync<Schedule?>(async context =>
        {
            if (await context.Schedules.FindAsync(id) is not { } row)
                return null;
            RequireMayChange(caller, row);
            request.Apply(row);
            if (request.Capture is not null)
                row.Owner = caller.Name;
            // What was to start while it was otherwise is not made up for.
            row.CheckedAt = Timestamp.Now(clock);
            if (row.Running is not null)
                row.RunningUntil = ToTimestamp(TimesOf(row).NextStop(clock.GetUtcNow()));
            await context.SaveChangesAsync();
            return Describe(row);
        });
    }

    /// <summary>Removes a schedule; a capture that runs by it goes on.</summary>
    /// <returns>false when there is no such schedule.</returns>
    /// <exception cref="NotAllowedException">It is somebody else's.</exception>
    public Task<bool> DeleteAsync(Guid id, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return ChangeAsync(async context =>
        {
            if (await context.Schedules.FindAsync(id) is not { } row)
                return false;
            RequireMayChange(caller, row);
            context.Schedules.Remove(row);
            await context.SaveChangesAsync();
            return true;
        });
    }

    /// <summary>Starts and stops what is due.</summary>
    /// <param name="isFirst">Whether the console has just started: captures of the one before have ended with it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>When something is due next; null where nothing is.</returns>
    internal async Task<DateTimeOffset?> RunDueAsync(bool isFirst, CancellationToken cancellation)
    {
        await _changing.WaitAsync(cancellation);
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellation);
            DateTimeOffset? next = null;
            foreach (var row in await context.Schedules.OrderBy(row => row.Id).ToListAsync(cancellation))
            {
                await RunDueAsync(row, isFirst, cancellation);
                await context.SaveChangesAsync(cancellation);
                next = Earlier(next, row.RunningUntil?.ToDateTimeOffset());
                next = Earlier(next, row.Paused ? null : TimesOf(row).NextStart(clock.GetUtcNow()));
            }

            return next;
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task RunDueAsync(ScheduleRow row, bool isFirst, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var times = TimesOf(row);
        var checkedAt = row.CheckedAt.ToDateTimeOffset();
        row.CheckedAt = Timestamp.FromDateTime(now);
        // A capture that the console's end has ended is started again, as long as it was to run.
        var interrupted = isFirst && row is { Running: not null, Paused: false } && row.RunningUntil?.ToDateTimeOffset() > now ? row.RunningUntil : null;
        await StopWhereDueAsync(row, now);
        if (interrupted is not null)
            await StartAsync(row, now, interrupted, cancellation);
        if (row.Paused)
            return;
        var (count, newest) = times.StartsWithin(checkedAt, now, MissedKept + 1);
        if (count == 0)
            return;
        row.MissedCount += count - newest.Count;
        foreach (var missed in newest.SkipLast(1))
            Miss(row, missed, Away);
        var due = newest[^1];
        var until = times.NextStop(due);
        if (row.Running is not null)
            Miss(row, due, "the capture that was started before was still running");
        else if (now - due > _late && !(until > now))
            Miss(row, due, Away);
        else
            await StartAsync(row, due, ToTimestamp(until), cancellation);
    }

    private async Task StopWhereDueAsync(ScheduleRow row, DateTimeOffset now)
    {
        if (row.Running is not { } id)
            return;
        if (captures.FindRunning(id) is not null)
        {
            if (!(row.RunningUntil?.ToDateTimeOffset() <= now))
                return;
            await captures.StopAsync(id);
        }

        (row.Running, row.RunningUntil) = (null, null);
    }

    private async Task StartAsync(ScheduleRow row, DateTimeOffset due, Timestamp? until, CancellationToken cancellation)
    {
        var request = StoredRequest.Read(row.Capture);
        (row.LastAt, row.LastCapture, row.LastProblem) = (Timestamp.FromDateTime(due), null, null);
        try
        {
            var (settings, errors) = request.Read();
            if (settings is null)
                throw new CaptureRefusedException(RefusalCode.InvalidRequest, string.Join("; ", errors.Select(error => $"{error.Field} {error.Message}")));
            if (settings.Name == "")
                settings = settings with { Name = row.Name };
            var guard = request.Force == true ? null : new DropGuard
            {
                ConnectedTo = null,
                Connection = "a connection to MgCap",
                Override = "set force of the schedule's capture to true",
            };
            var record = settings.Recorder is null ? await captures.StartAsync(settings, row.Owner, guard, cancellation) : await recorders.StartAsync(settings, row.Owner, guard, cancellation);
            (row.LastCapture, row.Running, row.RunningUntil) = (record.Id, record.Id, until);
            LogStarted(row.Id, row.Name, record.Id, until);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever it is, it must not hold up the other schedules.
            row.LastProblem = exception.Message;
            Miss(row, due, exception.Message);
        }
    }

    private static void RequireMayChange(Caller caller, ScheduleRow row)
    {
        // An operator who could change when it starts would do what only an administrator may.
        if (!caller.MayChange(row.Owner) || (caller.Role < Role.Admin && StoredRequest.Read(row.Capture).IsForAdmins))
            throw new NotAllowedException(caller, Role.Admin);
    }

    private void Miss(ScheduleRow row, DateTimeOffset due, string why)
    {
        row.MissedCount++;
        row.Missed = [.. row.Missed.Prepend(new MissedStart(Timestamp.FromDateTime(due), why)).Take(MissedKept)];
        LogMissed(row.Id, row.Name, due, why);
    }

    private async Task<T> ChangeAsync<T>(Func<CatalogueContext, Task<T>> change)
    {
        await _changing.WaitAsync();
        try
        {
            await using var context = await contexts.CreateDbContextAsync();
            return await change(context);
        }
        finally
        {
            _changing.Release();
            _changed.Release();
        }
    }

    private Schedule Describe(ScheduleRow row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        Owner = row.Owner,
        Start = row.Start,
        Stop = row.Stop,
        Zone = row.Zone,
        Paused = row.Paused,
        Capture = StoredRequest.Read(row.Capture),
        NextStart = row.Paused ? null : ToTimestamp(TimesOf(row).NextStart(clock.GetUtcNow())),
        Running = row.Running is { } id && captures.FindRunning(id) is not null ? id : null,
        NextStop = row.RunningUntil,
        Last = row.LastAt is { } at ? new ScheduleRun(at, row.LastCapture, row.LastProblem) : null,
        MissedCount = row.MissedCount,
        Missed = row.Missed,
    };

    private static ScheduleTimes TimesOf(ScheduleRow row) => ScheduleTimes.Read(row.Start, row.Stop, row.Zone);

    private static Timestamp? ToTimestamp(DateTimeOffset? time) => time is { } known ? Timestamp.FromDateTime(known) : null;

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;

    [LoggerMessage(1, LogLevel.Information, "Schedule {Id} ({Name}) started capture {Capture}, until {Until}")]
    private partial void LogStarted(Guid id, string name, Guid capture, Timestamp? until);

    [LoggerMessage(2, LogLevel.Warning, "Schedule {Id} ({Name}) missed its start at {Due}: {Why}")]
    private partial void LogMissed(Guid id, string name, DateTimeOffset due, string why);
}
