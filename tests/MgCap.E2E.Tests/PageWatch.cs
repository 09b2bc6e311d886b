using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace MgCap.E2E.Tests;

/// <summary>
/// Notes whatever goes wrong in a page: errors and warnings it logs, scripts that fail, requests that fail or go elsewhere.
/// </summary>
public sealed partial class PageWatch
{
    // What is not loaded is noted with its request; the browser's own line about it says less.
    private const string NotLoaded = "Failed to load resource";
    private const string NoSocket = "WebSocket connection to";
    private const string Aborted = "net::ERR_ABORTED";

    private readonly ConcurrentQueue<string> _troubles = new();
    private readonly List<string> _expected = [];
    private readonly string _authority;
    private volatile bool _outage;
    private volatile bool _stranger;

    public PageWatch(IPage page, Uri console)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(console);
        _authority = console.Authority;
        page.Console += (_, message) => OnLogged(message);
        page.PageError += (_, error) => Note($"script: {error}");
        page.Request += (_, request) => OnAsked(request.Url);
        page.WebSocket += (_, socket) => OnAsked(socket.Url);
        page.Response += (_, response) => OnAnswered(response);
        page.RequestFailed += (_, request) => OnFailed(request);
    }

    /// <summary>From here until it is disposed the console may be away.</summary>
    public IDisposable ExpectOutage() => new Outage(this);

    /// <summary>From here on the console does not know who reads the page: it refuses what the page asks until somebody signs in, and the page goes away from that.</summary>
    public void ExpectStranger() => _stranger = true;

    /// <summary>Says that the console will refuse a request once, as "409 POST /api/captures".</summary>
    public void ExpectRefusal(string refusal) => _expected.Add(refusal);

    /// <summary>Fails unless every expected refusal came, and nothing else went wrong.</summary>
    public void AssertAllWell() => Assert.Equal(_expected, _troubles);

    /// <inheritdoc/>
    public override string ToString() => string.Join('\n', _troubles);

    private void Note(string trouble) => _troubles.Enqueue(trouble);

    private void OnLogged(IConsoleMessage message)
    {
        if (message.Type is not ("error" or "warning") || message.Text.StartsWith(NotLoaded, StringComparison.Ordinal))
            return;
        if (!(_outage && message.Text.StartsWith(NoSocket, StringComparison.Ordinal)))
            Note($"{message.Type}: {message.Text}");
    }

    private void OnAsked(string url)
    {
        var to = new Uri(url);
        if (to.Scheme is not ("data" or "blob") && to.Authority != _authority)
            Note($"request to another host: {url}");
    }

    private void OnAnswered(IResponse response)
    {
        var refusal = $"{response.Status} {response.Request.Method} {new Uri(response.Url).AbsolutePath}";
        if (_stranger && response.Status == 401 && (response.Request.Method == "GET" || response.Url.Contains("/hubs/", StringComparison.Ordinal)))
            return;
        if (response.Status >= 400 && !Overtaken().IsMatch(refusal))
            Note(refusal);
    }

    private void OnFailed(IRequest request)
    {
        var path = new Uri(request.Url).AbsolutePath;
        if (!(request.Failure == Aborted && (_stranger || Abandoned().IsMatch(path))) && !_outage)
            Note($"{request.Failure} {request.Method} {path}");
    }

    /// <summary>
    /// Where a page asks and goes away from the answer on purpose: an overtaken filter, the question before a download, packets
    /// that were scrolled by.
    /// </summary>
    [GeneratedRegex(@"/(filters/validate|pcapng|packets(/\d+)?|timeline)$")]
    private static partial Regex Abandoned();

    /// <summary>What a page asks of a capture that runs, and that may have been stopped meanwhile.</summary>
    [GeneratedRegex("^409 GET /api/captures/[^/]*/samples$")]
    private static partial Regex Overtaken();

    private sealed class Outage : IDisposable
    {
        private readonly PageWatch _watch;

        internal Outage(PageWatch watch)
        {
            _watch = watch;
            watch._outage = true;
        }

        public void Dispose() => _watch._outage = false;
    }
}
