using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace MgCap.E2E.Tests;

/// <summary>
/// The line from a page to the live hub, which can be cut while the console goes on. What a page asks for when it catches up is
/// held after a cut until it is let through, so that a story can look at a page that catches up.
/// </summary>
internal sealed partial class HubLine : IAsyncDisposable
{
    private readonly IPage _page;
    private readonly TaskCompletionSource _through = new();
    private readonly List<IWebSocketRoute> _sockets = [];
    private volatile bool _cut;
    private volatile bool _wasCut;

    private HubLine(IPage page) => _page = page;

    public static async Task<HubLine> HoldAsync(IPage page)
    {
        var line = new HubLine(page);
        await page.RouteWebSocketAsync(Hub(), socket =>
        {
            lock (line._sockets)
                line._sockets.Add(socket);
            socket.ConnectToServer();
        });
        await page.RouteAsync(Negotiation(), route => line._cut ? route.AbortAsync() : route.ContinueAsync());
        await page.RouteAsync(Samples(), async route =>
        {
            if (line._wasCut)
                await line._through.Task;
            await route.ContinueAsync();
        });
        return line;
    }

    /// <summary>Breaks the connection, and lets none come about.</summary>
    public async Task CutAsync()
    {
        (_cut, _wasCut) = (true, true);
        IWebSocketRoute[] open;
        lock (_sockets)
            open = [.. _sockets];
        foreach (var socket in open)
            await socket.CloseAsync();
    }

    /// <summary>Lets connections come about again.</summary>
    public void Restore() => _cut = false;

    /// <summary>Lets through what pages ask for when they catch up.</summary>
    public void LetSamplesThrough() => _through.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        LetSamplesThrough();
        await _page.UnrouteAllAsync();
    }

    [GeneratedRegex(@"/hubs/live\?")]
    private static partial Regex Hub();

    [GeneratedRegex(@"/hubs/live/negotiate")]
    private static partial Regex Negotiation();

    [GeneratedRegex(@"/samples(\?|$)")]
    private static partial Regex Samples();
}
