using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MgCap.Testing;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>What the page of a running capture costs the browser.</summary>
[Collection(nameof(BrowserStage))]
public sealed partial class RunningCostTests(BrowserStage stage, ITestOutputHelper output)
{
    private const int Queues = 16;
    private const int Seconds = 20;
    private const int FullHistory = 1200;

    // A twentieth of a core is what it is to cost; three times that on a machine that others use, too.
    private const double MaxCoreShare = 0.15;

    [BrowserTheory]
    [InlineData("total")]
    [InlineData("packets")]
    public Task SixteenQueues_CostAPageLittle(string kind) => stage.TellAsync(async page =>
    {
        using var cable = new WideCable(page.Lab.CaptureSide);
        using var client = page.Console.OpenClient();
        await page.Page.RouteAsync(Samples(), route => LengthenAsync(route, client));
        var id = await page.Page.EvaluateAsync<string>(
            """
            async (name) => (await (await fetch('/api/captures', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ interface: name }) })).json()).id
            """,
            WideCable.Name);
        var fetched = page.Page.WaitForResponseAsync(Samples());
        await page.Page.GotoAsync($"/capture.html?id={id}");
        await Expect(page.Part("queue-table").Locator("tbody tr")).ToHaveCountAsync(Queues + 1);
        await page.Part($"kind-{kind}").ClickAsync();
        await using (cable.Send())
        {
            await Expect(page.Part("queue-table")).ToContainTextAsync(PerQueue());
            await fetched;
            var session = await page.Page.Context.NewCDPSessionAsync(page.Page);
            await session.SendAsync("Performance.enable", new() { ["timeDomain"] = "threadTicks" });
            var (before, start) = (await MetricsAsync(session), System.Diagnostics.Stopwatch.StartNew());
            await WatchAsync(page);
            var after = await MetricsAsync(session);

            var cost = (after["TaskDuration"] - before["TaskDuration"]) / start.Elapsed.TotalSeconds;
            output.WriteLine(
                $"{kind}: {cost:P2} of a core over {start.Elapsed.TotalSeconds:F1} s; scripts {(after["ScriptDuration"] - before["ScriptDuration"]) / start.Elapsed.TotalSeconds:P2}, "
                + $"layout {(after["LayoutDuration"] - before["LayoutDuration"]) / start.Elapsed.TotalSeconds:P2}, styles {(after["RecalcStyleDuration"] - before["RecalcStyleDuration"]) / start.Elapsed.TotalSeconds:P2}");
            await page.PictureAsync(kind, whole: false);
            Assert.InRange(cost, 0.0001, MaxCoreShare);
        }
    }, name: $"cost-{kind}");

    /// <summary>Until so many samples at two a second have come.</summary>
    private static async Task WatchAsync(Dashboard page) => await page.Page.EvaluateAsync(
        """
        (changes) => new Promise((resolve) => {
          const seen = new MutationObserver(() => --changes === 0 && resolve());
          seen.observe(document.querySelector('[data-testid=elapsed]'), { childList: true, characterData: true, subtree: true });
        })
        """,
        Seconds);

    /// <summary>Puts ten minutes before what the console tells: it is the cost of a full chart that counts, and nobody waits ten minutes.</summary>
    private static async Task LengthenAsync(IRoute route, HttpClient client)
    {
        // Playwright's own requests would not come from the browser's namespace.
        var answer = await client.GetStringAsync(new Uri(new Uri(route.Request.Url).PathAndQuery, UriKind.Relative));
        var body = JsonNode.Parse(answer)!;
        var samples = body["samples"]!.AsArray();
        var first = samples[0]!;
        for (var i = 1; i <= FullHistory; i++)
        {
            var earlier = first.DeepClone();
            earlier["elapsedSeconds"] = first["elapsedSeconds"]!.GetValue<double>() - i * 0.5;
            earlier["packetsPerSecond"] = 4000 + 1000 * Math.Sin(i / 20.0);
            foreach (var queue in earlier["queues"]!.AsArray())
                queue!["packetsPerSecond"] = 250 + 60 * Math.Sin(i / 20.0);
            samples.Insert(0, earlier);
        }

        await route.FulfillAsync(new RouteFulfillOptions { ContentType = "application/json", Body = body.ToJsonString() });
    }

    private static async Task<Dictionary<string, double>> MetricsAsync(ICDPSession session)
    {
        var answer = await session.SendAsync("Performance.getMetrics");
        return answer!.Value.GetProperty("metrics").EnumerateArray().ToDictionary(metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").GetDouble());
    }

    [GeneratedRegex(@"/samples(\?|$)")]
    private static partial Regex Samples();

    [GeneratedRegex(@"rx15\s*[1-9]")]
    private static partial Regex PerQueue();

    /// <summary>A veth pair of many queues, both ends in one namespace.</summary>
    private sealed class WideCable : IDisposable
    {
        public const string Name = "wide0";
        private const string Peer = "wide1";

        private readonly NetworkNamespace _side;

        public WideCable(NetworkNamespace side)
        {
            _side = side;
            var queues = Queues.ToString(CultureInfo.InvariantCulture);
            string[] count = ["numtxqueues", queues, "numrxqueues", queues];
            side.Ip(["link", "add", Name, .. count, "type", "veth", "peer", "name", Peer, .. count]);
            side.Ip("link", "set", "dev", Name, "up");
            side.Ip("link", "set", "dev", Peer, "up");
            QueueSteering.Attach(side, Peer);
        }

        /// <summary>Sends to every queue until it is disposed.</summary>
        public IAsyncDisposable Send() => new Sending(_side);

        public void Dispose() => _side.Ip("link", "delete", "dev", Name);

        private sealed class Sending : IAsyncDisposable
        {
            private static readonly TimeSpan _beat = TimeSpan.FromMilliseconds(20);

            private readonly CancellationTokenSource _enough = new();
            private readonly FrameSender[] _senders;
            private readonly Task _sending;

            internal Sending(NetworkNamespace side)
            {
                _senders = [.. Enumerable.Range(0, Queues).Select(queue => new FrameSender(side, Peer, new FrameSenderOptions { Queue = queue }))];
                _sending = SendAsync();
            }

            public async ValueTask DisposeAsync()
            {
                await _enough.CancelAsync();
                await _sending;
                foreach (var sender in _senders)
                    sender.Dispose();
                _enough.Dispose();
            }

            private async Task SendAsync()
            {
                using var beat = new PeriodicTimer(_beat);
                for (uint number = 0; !_enough.IsCancellationRequested; number++)
                {
                    await beat.WaitForNextTickAsync();
                    foreach (var sender in _senders)
                        sender.Send(Frames.Udp4(new Flow(), 200, number));
                }
            }
        }
    }
}
