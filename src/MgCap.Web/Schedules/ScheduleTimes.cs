using Cronos;

namespace MgCap.Web.Schedules;

/// <summary>When a schedule's captures start and stop.</summary>
/// <param name="start">When they start.</param>
/// <param name="stop">When they stop; null where they end by themselves.</param>
/// <param name="zone">The time zone of both.</param>
/// <remarks>
/// Where a clock is put forward, what falls into the hour that is not there comes when it ends; where it is put back, what has a fixed time
/// comes once (Cronos, as Vixie cron does).
/// </remarks>
internal sealed class ScheduleTimes(CronExpression start, CronExpression? stop, TimeZoneInfo zone)
{
    // A year of seconds would take long to count: of more than this it is known that there were as many.
    private const int MostCounted = 1000;

    /// <summary>Reads what was checked when it was stored.</summary>
    internal static ScheduleTimes Read(string start, string? stop, string zone) =>
        new(Parse(start), stop is null ? null : Parse(stop), TimeZoneInfo.FindSystemTimeZoneById(zone));

    /// <summary>Reads five fields, as crontab(5) has them, or six with the second before them.</summary>
    /// <exception cref="CronFormatException">It is neither.</exception>
    internal static CronExpression Parse(string text) =>
        CronExpression.Parse(text, text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);

    /// <summary>The next start after a time.</summary>
    internal DateTimeOffset? NextStart(DateTimeOffset after) => start.GetNextOccurrence(after, zone);

    /// <summary>The next stop after a time; null where captures end by themselves.</summary>
    internal DateTimeOffset? NextStop(DateTimeOffset after) => stop?.GetNextOccurrence(after, zone);

    /// <summary>The starts after one time up to another.</summary>
    /// <param name="after">The one time.</param>
    /// <param name="until">The other.</param>
    /// <param name="kept">How many are wanted, at least one.</param>
    /// <returns>How many there are, counted up to a thousand; and the newest of them, oldest first.</returns>
    internal (int Count, IReadOnlyList<DateTimeOffset> Newest) StartsWithin(DateTimeOffset after, DateTimeOffset until, int kept)
    {
        var count = Starts(after, until).Take(MostCounted).Count();
        if (count < MostCounted)
            return (count, [.. Starts(after, until).TakeLast(kept)]);
        // Looked for from the end, in spans that grow until there are enough of them.
        for (var span = TimeSpan.FromMinutes(1); ; span *= 8)
        {
            var from = until - span > after ? until - span : after;
            DateTimeOffset[] newest = [.. Starts(from, until).TakeLast(kept)];
            if (newest.Length == kept || from == after)
                return (count, newest);
        }
    }

    private IEnumerable<DateTimeOffset> Starts(DateTimeOffset after, DateTimeOffset until)
    {
        for (var next = NextStart(after); next <= until; next = NextStart(next.Value))
            yield return next.Value;
    }
}
