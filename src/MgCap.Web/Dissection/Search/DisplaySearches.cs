using System.Diagnostics;
using MgCap.Capture.Storage;
using MgCap.Web.Api;
using MgCap.Web.Helpers;

namespace MgCap.Web.Dissection.Search;

/// <summary>A display filter that tshark does not take; the message is tshark's.</summary>
public sealed class DisplayFilterException(string message) : RefusalException(ProblemCode.FilterInvalid, message);

/// <summary>A display filter that takes more time than a filter may.</summary>
public sealed class DisplayFilterTooSlowException(string message) : RefusalException(ProblemCode.FilterTooSlow, message);

/// <summary>Display filters can't be used: there is no tshark, or it failed.</summary>
public sealed class DisplayUnavailableException(string message) : RefusalException(ProblemCode.DisplayUnavailable, message);

/// <summary>Matches of a display filter.</summary>
/// <param name="Rows">The matches, in order.</param>
/// <param name="ScannedTo">Every match up to this packet was given.</param>
/// <param name="IsComplete">Whether there are no more.</param>
public sealed record DisplayMatches(IReadOnlyList<PacketRow> Rows, long ScannedTo, bool IsComplete);

/// <summary>
/// Searches by display filters: each is one pass of tshark over the whole capture, kept between the requests that read its matches. They
/// have their own programs, so a slow filter is slow for those that wait for it. One that nobody waits for ends.
/// </summary>
public sealed partial class DisplaySearches(TimeProvider clock, ILogger<DisplaySearches> log) : IDisposable
{
    private const int MaxWorking = 4;
    private const int MaxKept = 8;
    private const int Attempts = 2;

    private static readonly TimeSpan _requestTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _nearEnd = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _maxRequestTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _maxStepTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _unused = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _betweenRequests = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly List<DisplaySearch> _searches = [];
    private ITimer? _cleaner;
    private bool _disposed;

    /// <summary>Why display filters are unavailable, for people; null where they are available.</summary>
    public static string? Unavailable => HelperSandbox.Find("tshark") is null ? "tshark is not installed; Debian has it in tshark" : null;

    /// <summary>Searches for a second; longer only where nothing has come of it by then.</summary>
    /// <param name="index">The capture.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="after">Matches up to this packet are left out.</param>
    /// <param name="goesOn">Whether the caller goes on with a search: then packets that came since are no reason to begin again.</param>
    /// <param name="limit">How many matches at most.</param>
    /// <param name="cancellation">Ends the search, where nobody else waits for it.</param>
    /// <exception cref="DisplayFilterException">tshark does not take the filter.</exception>
    /// <exception cref="DisplayFilterTooSlowException">The filter takes too long.</exception>
    /// <exception cref="DisplayUnavailableException">tshark is missing, or failed.</exception>
    public async Task<DisplayMatches> ReadAsync(CaptureIndex index, DisplayFilter filter, long after, bool goesOn, int limit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(index);
        if (Unavailable is { } why)
            throw new DisplayUnavailableException($"{why}.");
        var time = Stopwatch.StartNew();
        Stopwatch? sinceProgress = null;
        var step = _step;
        DisplaySearch? search = null;
        try
        {
            while (true)
            {
                search ??= Take(index, filter, after, goesOn);
                var progress = search?.Read(after, limit) ?? new SearchProgress([], Math.Min(after, index.Packets), SearchState.Working, false, false);
                if (progress is { Ended: true, State: not SearchState.Done, Rows.Count: 0 })
                {
                    search = Again(search!, index, progress.ScannedTo);
                    continue;
                }

                // An answer without anything new would only make its reader ask again, so the second begins with what is new.
                if (progress.ScannedTo > after)
                    sinceProgress ??= Stopwatch.StartNew();
                var late = sinceProgress is null ? time.Elapsed >= _maxRequestTime : sinceProgress.Elapsed >= (progress.NearEnd ? _nearEnd : _requestTime);
                if (progress.Rows.Count == limit || progress.Ended || late)
                    return new DisplayMatches(progress.Rows, progress.ScannedTo, progress is { Ended: true, State: SearchState.Done });
                await Task.Delay(step, cancellation);
                step = step * 2 < _maxStepTime ? step * 2 : _maxStepTime;
            }
        }
        finally
        {
            if (search is not null)
                Leave(search, cancellation.IsCancellationRequested);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _cleaner?.Dispose();
            foreach (var search in _searches)
                search.Dispose();
            _searches.Clear();
        }
    }

    /// <summary>A search that has the matches after a packet, or a new one.</summary>
    /// <returns>null where others have to end first.</returns>
    private DisplaySearch? Take(CaptureIndex index, DisplayFilter filter, long after, bool goesOn)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var found = _searches.Find(search => search.Name == index.Files.Name && search.Filter == filter && search.Covers(after)
                && (search.Length == index.Length || (goesOn && after < search.Packets)));
            if (found is null)
            {
                if (!MakeRoom())
                    return null;
                found = Start(index, filter, 1);
            }

            found.Readers++;
            return found;
        }
    }

    private DisplaySearch Start(CaptureIndex index, DisplayFilter filter, int attempt)
    {
        DisplaySearch search;
        try
        {
            search = new DisplaySearch(index, filter, attempt);
        }
        catch (IOException exception)
        {
            LogFailed(exception.Message, index.Files.Name);
            throw new DisplayUnavailableException($"{exception.Message}.");
        }

        _searches.Add(search);
        _cleaner ??= clock.CreateTimer(_ => Clean(), null, _unused, _unused);
        return search;
    }

    /// <summary>What follows a search that did not come to its end: another attempt, or what is to be answered.</summary>
    private DisplaySearch? Again(DisplaySearch search, CaptureIndex index, long scannedTo)
    {
        switch (search.State)
        {
            case SearchState.Refused:
                throw new DisplayFilterException(search.Problem!);
            case SearchState.TooSlow:
                throw new DisplayFilterTooSlowException($"The search was ended after packet {scannedTo} of {search.Packets}: {search.Problem}. Use a simpler filter; of expressions with matches, nested repeats take longest.");
        }

        LogFailed(search.Problem!, search.Name);
        if (search.Attempt >= Attempts)
            throw new DisplayUnavailableException($"The packets after {scannedTo} could not be searched: {search.Problem}.");
        lock (_lock)
        {
            search.Readers--;
            var other = _searches.Find(candidate => candidate.Name == search.Name && candidate.Filter == search.Filter && candidate.Attempt > search.Attempt);
            if (other is null)
            {
                _searches.Remove(search);
                search.Dispose();
                other = Start(index, search.Filter, search.Attempt + 1);
            }

            other.Readers++;
            return other;
        }
    }

    private void Leave(DisplaySearch search, bool abandoned)
    {
        lock (_lock)
        {
            search.Readers--;
            search.LastUse = clock.GetUtcNow();
            if (abandoned && search.Readers == 0 && search.IsWorking)
                End(search);
        }
    }

    /// <summary>Makes room for one more; those go first that nobody waits for.</summary>
    private bool MakeRoom()
    {
        var now = clock.GetUtcNow();
        if (_searches.Count(search => search.IsWorking) >= MaxWorking)
        {
            var left = _searches.Where(search => search is { Readers: 0, IsWorking: true } && now - search.LastUse > _betweenRequests).MinBy(search => search.LastUse);
            if (left is null)
                return false;
            End(left);
        }

        while (_searches.Count >= MaxKept)
        {
            if (_searches.Where(search => search is { Readers: 0, IsWorking: false }).MinBy(search => search.LastUse) is not { } oldest)
                break;
            End(oldest);
        }

        return true;
    }

    private void Clean()
    {
        lock (_lock)
        {
            foreach (var search in _searches.Where(search => search.Readers == 0 && clock.GetUtcNow() - search.LastUse > _unused).ToList())
                End(search);
        }
    }

    private void End(DisplaySearch search)
    {
        _searches.Remove(search);
        search.Dispose();
    }

    [LoggerMessage(1, LogLevel.Warning, "A search with a display filter in {Path} failed: {Problem}")]
    private partial void LogFailed(string problem, string path);
}
