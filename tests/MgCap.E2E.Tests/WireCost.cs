using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;

namespace MgCap.E2E.Tests;

/// <summary>What a page costs on the wire: its requests, and the bytes of their answers with their headers, as the browser counts them.</summary>
public sealed class WireCost
{
    private readonly ConcurrentDictionary<string, string> _asked = new();
    private readonly ConcurrentDictionary<string, long> _answered = new();

    private WireCost()
    {
    }

    /// <summary>Requests that have been answered, by their addresses; those that the browser's cache answered cost nothing and are not among them.</summary>
    public IReadOnlyDictionary<string, long> Answers =>
        _answered.Where(each => each.Value > 0).GroupBy(each => _asked[each.Key]).ToDictionary(group => group.Key, group => group.Sum(each => each.Value));

    public int Requests => RequestsOf(_ => true);

    public long Bytes => _answered.Values.Sum();

    /// <summary>Counts from now on.</summary>
    public static async Task<WireCost> StartAsync(ICDPSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        var cost = new WireCost();
        session.Event("Network.requestWillBeSent").OnEvent += (_, sent) => cost.OnSent(sent);
        session.Event("Network.loadingFinished").OnEvent += (_, finished) => cost.OnFinished(finished);
        await session.SendAsync("Network.enable");
        return cost;
    }

    /// <summary>How many of the requests were of some addresses.</summary>
    public int RequestsOf(Func<string, bool> addresses) => _answered.Count(each => each.Value > 0 && addresses(_asked[each.Key]));

    public override string ToString() =>
        $"{Requests} requests, {Bytes / 1024.0:0.0} KiB:\n{string.Join('\n', Answers.OrderByDescending(each => each.Value).Select(each => $"{each.Value,8} {each.Key}"))}";

    private void OnSent(JsonElement? sent)
    {
        var request = sent!.Value;
        _asked[request.GetProperty("requestId").GetString()!] = request.GetProperty("request").GetProperty("url").GetString()!;
    }

    private void OnFinished(JsonElement? finished)
    {
        var request = finished!.Value;
        var id = request.GetProperty("requestId").GetString()!;
        // What began before is not counted.
        if (_asked.ContainsKey(id))
            _answered[id] = (long)request.GetProperty("encodedDataLength").GetDouble();
    }
}
