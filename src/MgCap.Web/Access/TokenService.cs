using System.Collections.Concurrent;
using System.Security.Cryptography;
using MgCap.Capture;
using MgCap.Web.Api;
using MgCap.Web.Catalogue;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace MgCap.Web.Access;

/// <summary>A token of this name is there already.</summary>
public sealed class TokenExistsException(string name)
    : RefusalException(ProblemCode.TokenExists, $"There is a token '{name}'. Choose another name, or revoke that one first.");

/// <summary>Keeps the tokens; what a token does with it is known by its name.</summary>
public sealed partial class TokenService(IDbContextFactory<CatalogueContext> contexts, TimeProvider clock, ILogger<TokenService> log)
{
    private const string OwnerWord = "token ";

    // SQLITE_CONSTRAINT
    private const int NotUnique = 19;

    private static readonly TimeSpan _useNoted = TimeSpan.FromMinutes(1);

    // A timer takes 49 days at most; who is let in later sets it.
    private static readonly TimeSpan _longestTimer = TimeSpan.FromDays(40);

    // What goes on with a token ends when it does. One that has ended stays here, for what was let in just before.
    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> _ends = new();

    /// <summary>Whether there is a token that is good now.</summary>
    public async Task<bool> AnyAsync()
    {
        await using var context = await contexts.CreateDbContextAsync();
        return (await context.Tokens.AsNoTracking().ToListAsync()).Any(IsGood);
    }

    /// <summary>Every token, oldest first.</summary>
    public async Task<IReadOnlyList<TokenInfo>> ListAsync()
    {
        await using var context = await contexts.CreateDbContextAsync();
        return [.. (await context.Tokens.AsNoTracking().OrderBy(row => row.Id).ToListAsync()).Select(TokenInfo.Of)];
    }

    /// <summary>Makes a token.</summary>
    /// <param name="request">A checked request.</param>
    /// <param name="by">Who makes it.</param>
    /// <exception cref="TokenExistsException">There is one of this name.</exception>
    public async Task<NewToken> AddAsync(TokenRequest request, Caller by)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(by);
        var (token, now) = (ApiToken.Create(), clock.GetUtcNow());
        var row = new TokenRow
        {
            Id = Guid.CreateVersion7(now),
            Name = request.Name!,
            Role = request.Role ?? Role.Viewer,
            Prefix = token.Prefix,
            Hash = token.Hash,
            CreatedAt = Timestamp.FromDateTime(now),
            CreatedBy = by.Name,
            ExpiresAt = request.Days is { } days ? Timestamp.FromDateTime(now + TimeSpan.FromDays(days)) : null,
        };
        await using var context = await contexts.CreateDbContextAsync();
        if (await context.Tokens.AnyAsync(other => other.Name == row.Name))
            throw new TokenExistsException(row.Name);
        context.Tokens.Add(row);
        try
        {
            await context.SaveChangesAsync();
        }
        catch (DbUpdateException exception) when (exception.InnerException is SqliteException { SqliteErrorCode: NotUnique })
        {
            throw new TokenExistsException(row.Name);
        }

        LogMade(row.Name, row.Role, by.Name);
        return new NewToken(token.Text, TokenInfo.Of(row));
    }

    /// <summary>Ends a token, and the sessions that were begun with it.</summary>
    /// <returns>false when there is no such token.</returns>
    public async Task<bool> RevokeAsync(Guid id, Caller by)
    {
        ArgumentNullException.ThrowIfNull(by);
        await using var context = await contexts.CreateDbContextAsync();
        if (await context.Tokens.FindAsync(id) is not { } row || await context.Tokens.Where(token => token.Id == id).ExecuteDeleteAsync() == 0)
            return false;
        LogRevoked(row.Name, by.Name);
        return true;
    }

    /// <summary>Ends what goes on with a token that was revoked.</summary>
    public Task EndAsync(Guid id) => _ends.GetOrAdd(id, _ => new CancellationTokenSource()).CancelAsync();

    /// <summary>Is cancelled when a token ends.</summary>
    public CancellationToken EndOf(Guid id) => _ends.GetOrAdd(id, _ => new CancellationTokenSource()).Token;

    /// <summary>Who has this token; null where it is none, or has ended.</summary>
    public async Task<Caller?> FindAsync(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (ApiToken.Read(text) is not { } token)
            return null;
        await using var context = await contexts.CreateDbContextAsync();
        var row = await context.Tokens.FirstOrDefaultAsync(row => row.Prefix == token.Prefix);
        if (row is null || !CryptographicOperations.FixedTimeEquals(row.Hash, token.Hash) || !IsGood(row))
            return null;
        await NoteUseAsync(context, row);
        return Of(row, SignInWay.Token);
    }

    /// <summary>Who has the token that a session was begun with; null where it has ended.</summary>
    public async Task<Caller?> FindAsync(Guid id)
    {
        await using var context = await contexts.CreateDbContextAsync();
        return await context.Tokens.FirstOrDefaultAsync(row => row.Id == id) is { } row && IsGood(row) ? Of(row, SignInWay.Session) : null;
    }

    private Caller Of(TokenRow row, SignInWay via)
    {
        if (row.ExpiresAt is { } end && end.ToDateTimeOffset() - clock.GetUtcNow() is var left && left < _longestTimer)
            _ends.GetOrAdd(row.Id, _ => new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock));
        return new Caller(OwnerWord + row.Name, row.Role, via, row.Id);
    }

    private bool IsGood(TokenRow row) => row.ExpiresAt is not { } end || Timestamp.Now(clock).CompareTo(end) < 0;

    private async Task NoteUseAsync(CatalogueContext context, TokenRow row)
    {
        var now = Timestamp.Now(clock);
        if (row.LastUsedAt is { } last && Math.Abs(now.Nanoseconds - last.Nanoseconds) < _useNoted.TotalNanoseconds)
            return;
        row.LastUsedAt = now;
        try
        {
            await context.SaveChangesAsync();
        }
        catch (DbUpdateException exception)
        {
            // It was revoked meanwhile, or the disk is full: nobody is kept out for that.
            LogNotNoted(exception, row.Name);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Token '{Name}' ({Role}) was made by {By}")]
    private partial void LogMade(string name, Role role, string by);

    [LoggerMessage(2, LogLevel.Information, "Token '{Name}' was revoked by {By}")]
    private partial void LogRevoked(string name, string by);

    [LoggerMessage(3, LogLevel.Warning, "The use of token '{Name}' could not be noted")]
    private partial void LogNotNoted(Exception exception, string name);
}
