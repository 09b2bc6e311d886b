using MgCap.Web.Tests.Support;
using Xunit.Abstractions;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>What opening the dashboard costs a browser.</summary>
[Collection(nameof(ReadingStage))]
public sealed class BudgetTests(BrowserStage stage, ITestOutputHelper output)
{
    private const int MostBytes = 200 * 1024;

    // Machines are shared and slow at times: on one with nothing else to do it is a fraction of this.
    private const double MostScriptSeconds = 0.9;

    /// <summary>The compressed length of everything that the page has loaded, without what it asked of the API.</summary>
    private const string Sizes = """
        () => {
          const compressed = async (url) => {
            const { body } = await fetch(url);
            return (await new Response(body.pipeThrough(new CompressionStream('gzip'))).arrayBuffer()).byteLength;
          };
          const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
          const assets = [location.href, ...loaded].filter((url) => !/^\/(api|hubs)\//.test(new URL(url).pathname));
          return Promise.all([...new Set(assets)].map(compressed));
        }
        """;

    /// <summary>A tenth of a second of script, as the page itself would run it.</summary>
    private const string Busy = """
        () => new Promise((resolve) => setTimeout(() => {
          const end = performance.now() + 100;
          while (performance.now() < end);
          resolve();
        }))
        """;

    [BrowserFact]
    public Task FirstLook_CostsLittle() => stage.TellAsync(async page =>
    {
        var session = await page.Page.Context.NewCDPSessionAsync(page.Page);
        await session.SendAsync("Performance.enable");
        await session.SendAsync("Network.setCacheDisabled", new Dictionary<string, object> { ["cacheDisabled"] = true });
        await page.Page.ReloadAsync();
        await Expect(page.Connection).ToHaveTextAsync("Live");
        await Expect(page.InterfaceRow(page.Interface)).ToBeVisibleAsync();
        await Expect(page.Row.First).ToBeVisibleAsync();

        var script = await session.ScriptSecondsAsync();
        var paint = await page.Page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0].startTime");
        var sizes = await page.Page.EvaluateAsync<int[]>(Sizes);

        output.WriteLine($"{sizes.Length} files, {sizes.Sum() / 1024.0:0.0} KiB compressed; {script * 1000:0} ms of script; first paint after {paint:0} ms");
        Assert.InRange(sizes.Length, 20, 1000);
        Assert.InRange(sizes.Sum(), 1, MostBytes);
        Assert.InRange(script, 0, MostScriptSeconds);

        // That it is little means something only if much would be seen.
        await page.Page.EvaluateAsync(Busy);
        Assert.InRange(await session.ScriptSecondsAsync() - script, 0.09, 10);
    }, new DashboardOptions { Prepare = data => ManyCaptures.Write(data, 1000) }, name: "budget");
}
