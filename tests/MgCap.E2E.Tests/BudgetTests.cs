using MgCap.Web.Tests.Support;
using Xunit.Abstractions;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>What opening the dashboard costs a browser.</summary>
[Collection(nameof(ReadingStage))]
public sealed class BudgetTests(BrowserStage stage, ITestOutputHelper output)
{
    private const int MaxBytes = 100 * 1024;
    private const int MaxRequests = 50;

    // Of a page that a browser has: the page's own text or that it has not changed, and what it asks of the API.
    private const int MaxBytesAgain = 20 * 1024;

    // Machines are shared and slow at times: on one with nothing else to do it is a fraction of this.
    private const double MaxScriptSeconds = 0.9;

    private static readonly DashboardOptions _someCaptures = new() { Prepare = data => ManyCaptures.Write(data, 20) };

    /// <summary>A tenth of a second of script, as the page itself would run it.</summary>
    private const string Busy = """
        () => new Promise((resolve) => setTimeout(() => {
          const end = performance.now() + 100;
          while (performance.now() < end);
          resolve();
        }))
        """;

    /// <summary>Everything counts, API and headers too; the list of interfaces is asked for again and again, and counts once.</summary>
    [BrowserFact]
    public Task FirstLook_IsLittleOnTheWire() => stage.TellAsync(async page =>
    {
        var session = await page.Page.Context.NewCDPSessionAsync(page.Page);
        await session.SendAsync("Network.enable");
        await session.SendAsync("Network.setCacheDisabled", new Dictionary<string, object> { ["cacheDisabled"] = true });
        var cost = await WireCost.StartAsync(session);
        await OpenAsync(page);

        output.WriteLine($"{cost}");
        Assert.InRange(cost.RequestsOf(address => !address.EndsWith("/api/interfaces", StringComparison.Ordinal)) + 1, 10, MaxRequests);
        Assert.InRange(cost.Bytes, 10_000, MaxBytes);
    }, _someCaptures, name: "budget-wire");

    [BrowserFact]
    public Task FirstLook_CostsLittle() => stage.TellAsync(async page =>
    {
        var session = await page.Page.Context.NewCDPSessionAsync(page.Page);
        await session.SendAsync("Performance.enable");
        await OpenAsync(page);

        var script = await session.ScriptSecondsAsync();
        var paint = await page.Page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0].startTime");

        output.WriteLine($"{script * 1000:0} ms of script; first paint after {paint:0} ms");
        Assert.InRange(script, 0, MaxScriptSeconds);

        // That it is little means something only if much would be seen.
        await page.Page.EvaluateAsync(Busy);
        Assert.InRange(await session.ScriptSecondsAsync() - script, 0.09, 10);
    }, new DashboardOptions { Prepare = data => ManyCaptures.Write(data, 1000) }, name: "budget");

    [BrowserFact]
    public Task SecondLook_FetchesNothingThatTheBrowserHas() => stage.TellAsync(async page =>
    {
        await Expect(page.Connection).ToHaveTextAsync("Live");
        var session = await page.Page.Context.NewCDPSessionAsync(page.Page);
        var cost = await WireCost.StartAsync(session);
        await OpenAsync(page);

        output.WriteLine($"{cost}");
        Assert.DoesNotContain(cost.Answers.Keys, address => address.Contains(".js", StringComparison.Ordinal) || address.Contains(".css", StringComparison.Ordinal));
        Assert.InRange(cost.Bytes, 1000, MaxBytesAgain);
    }, _someCaptures, name: "budget-again");

    private static async Task OpenAsync(Dashboard page)
    {
        await page.Page.GotoAsync("/");
        await Expect(page.Connection).ToHaveTextAsync("Live");
        await Expect(page.InterfaceRow(page.Interface)).ToBeVisibleAsync();
        await Expect(page.Row.First).ToBeVisibleAsync();
    }
}
