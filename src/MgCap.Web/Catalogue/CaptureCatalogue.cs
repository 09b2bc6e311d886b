using System.Data.Common;
using System.Text.Json;
using MgCap.Web.Configuration;
using Microsoft.EntityFrameworkCore;

namespace MgCap.Web.Catalogue;

/// <summary>Keeps the captures that are not running, and what is known of those that are.</summary>
public sealed class CaptureCatalogue(IDbContextFactory<CatalogueContext> contexts)
{
    /// <summary>Makes the database, or brings one of an earlier version up to date.</summary>
    /// <exception cref="ConfigurationException">It can't be used; the message says which file and what to do.</exception>
    public void Migrate()
    {
        using var context = contexts.CreateDbContext();
        try
        {
            if (context.Database.GetAppliedMigrations().Except(context.Database.GetMigrations()).FirstOrDefault() is { } later)
                throw OfLaterVersion(context.Database.GetDbConnection().DataSource, later);
            context.Database.Migrate();
            // A damage further inside, which would be met in the middle of something else.
            _ = All();
        }
        catch (Exception exception) when (exception is DbException or DbUpdateException or FormatException or InvalidCastException or JsonException)
        {
            var path = context.Database.GetDbConnection().DataSource;
            throw new ConfigurationException(
                $"The catalogue {path} can't be used ({(exception.InnerException as DbException ?? exception).Message}). "
                + $"Free some space where it is full; otherwise move it away (mv {path} {path}.broken) and start again: captures are found by their files, without their names",
                exception);
        }
    }

    /// <summary>Every capture.</summary>
    public IReadOnlyList<CaptureRecord> All()
    {
        using var context = contexts.CreateDbContext();
        return [.. context.Captures.AsNoTracking().OrderBy(row => row.StartedAt).ThenBy(row => row.Id).AsEnumerable().Select(row => row.ToRecord())];
    }

    /// <summary>Captures, newest first.</summary>
    /// <param name="query">Which.</param>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    public async Task<IReadOnlyList<CaptureRecord>> ListAsync(CaptureQuery query, CaptureCursor? after, int limit)
    {
        ArgumentNullException.ThrowIfNull(query);
        await using var context = await contexts.CreateDbContextAsync();
        var captures = query.Among(context.Captures.AsNoTracking());
        if (after is { StartedAt: var startedAt, Id: var id })
            captures = captures.Where(row => row.StartedAt.CompareTo(startedAt) < 0 || (row.StartedAt == startedAt && row.Id < id));
        var rows = await captures.OrderByDescending(row => row.StartedAt).ThenByDescending(row => row.Id).Take(limit).ToListAsync();
        return [.. rows.Select(row => row.ToRecord())];
    }

    /// <summary>How many captures there are.</summary>
    public async Task<int> CountAsync(CaptureQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        await using var context = await contexts.CreateDbContextAsync();
        return await query.Among(context.Captures).CountAsync();
    }

    /// <summary>The capture with this id; null when there is none.</summary>
    public async Task<CaptureRecord?> FindAsync(Guid id)
    {
        await using var context = await contexts.CreateDbContextAsync();
        return (await context.Captures.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id))?.ToRecord();
    }

    /// <summary>Enters a capture, or what has changed of one.</summary>
    public async Task SaveAsync(CaptureRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        await using var context = await contexts.CreateDbContextAsync();
        var known = await context.Captures.AnyAsync(row => row.Id == record.Id);
        context.Entry(CaptureRow.Of(record)).State = known ? EntityState.Modified : EntityState.Added;
        await context.SaveChangesAsync();
    }

    /// <summary>Forgets a capture.</summary>
    public async Task RemoveAsync(Guid id)
    {
        await using var context = await contexts.CreateDbContextAsync();
        await context.Captures.Where(row => row.Id == id).ExecuteDeleteAsync();
    }

    private static ConfigurationException OfLaterVersion(string path, string migration) => new(
        $"The catalogue {path} was written by a newer MgCap ({migration}), and this one might lose what it does not know. "
        + $"Start the newer one, or move the catalogue away (mv {path} {path}.newer): captures are then found by their files, without their names");
}
