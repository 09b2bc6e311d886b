using MgCap.Web.Tests.Support;
using Microsoft.Playwright;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>The list of captures that have ended, when there are many.</summary>
[Collection(nameof(ReadingStage))]
public sealed class CapturesListTests(BrowserStage stage)
{
    private const int Thousand = 1000;
    private const int MaxRowsInThePage = 80;
    private const int Changes = 40;
    private const float MaxScrollMs = 120_000;

    private static readonly DashboardOptions _thousand = new() { Prepare = data => ManyCaptures.Write(data, Thousand) };

    [BrowserFact]
    public Task ThousandCaptures_AreSearchedAndScrolled() => stage.TellAsync(async page =>
    {
        await Expect(page.Part("captures-count")).ToHaveTextAsync("1,000 captures");
        await Expect(page.Row.First).ToContainTextAsync(ManyCaptures.Name(0));
        await page.Page.Locator("#finished-title").EvaluateAsync("(title) => title.scrollIntoView()");
        await page.PictureAsync("1-listed", whole: false);

        await ScrollToTheEndAsync(page);
        await Expect(RowOf(page, Thousand - 1)).ToBeVisibleAsync();
        await Expect(RowOf(page, Thousand - 1)).ToHaveAttributeAsync("aria-rowindex", $"{Thousand + 1}");
        Assert.InRange(await page.Row.CountAsync(), 1, MaxRowsInThePage);
        await page.PictureAsync("2-end", whole: false);

        await page.Part("search-text").FillAsync(ManyCaptures.Needle.ToUpperInvariant());
        await Expect(page.Part("captures-count")).ToHaveTextAsync("1 capture found");
        await Expect(page.Row).ToHaveCountAsync(1);
        await Expect(page.Row).ToContainTextAsync(ManyCaptures.Name(Thousand / 2));
        await page.PictureAsync("3-found", whole: false);

        await page.Part("search-text").FillAsync("");
        await page.Part("search-state").SelectOptionAsync("failed");
        await Expect(page.Part("captures-count")).ToHaveTextAsync("100 captures found");
        await Expect(page.Row.First.GetByTestId("state")).ToHaveTextAsync("failed");
        await page.Part("search-interface").SelectOptionAsync("eth1");
        await Expect(page.Part("captures-count")).ToHaveTextAsync("33 captures found");
        await page.Part("search-text").FillAsync("nowhere to be found");
        await Expect(page.Part("finished-empty")).ToHaveTextAsync("No finished capture is like that.");
        await page.PictureAsync("4-none", whole: false);
        await page.Part("show-all").ClickAsync();
        await Expect(page.Part("captures-count")).ToHaveTextAsync("1,000 captures");
    }, _thousand, name: "thousand");

    [BrowserFact]
    public Task CaptureAmongAThousand_IsRenamedAndCommented() => stage.TellAsync(async page =>
    {
        page.Watch.ExpectRefusal($"400 PATCH {await AddressOfAsync(page, 2)}");
        var row = RowOf(page, 2);
        await row.GetByTestId("edit").ClickAsync();
        await Expect(row.GetByTestId("edit-name")).ToBeFocusedAsync();
        await row.GetByTestId("edit-name").FillAsync(new string('x', 5000));
        await row.GetByTestId("edit-save").ClickAsync();
        await Expect(row.GetByTestId("edit-error")).ToContainTextAsync("Not saved");
        await page.PictureAsync("1-refused", whole: false);

        await row.GetByTestId("edit-name").FillAsync("Noon peak <b>& more</b>");
        await row.GetByTestId("edit-comment").FillAsync("after the change of Tuesday");
        await ScrollToTheEndAsync(page);
        await page.Page.EvaluateAsync("() => scrollTo(0, 0)");
        await Expect(row.GetByTestId("edit-name")).ToHaveValueAsync("Noon peak <b>& more</b>");
        await row.GetByTestId("edit-comment").PressAsync("Enter");

        await Expect(row.GetByTestId("title")).ToHaveTextAsync("Noon peak <b>& more</b>");
        await Expect(row.GetByTestId("comment")).ToHaveTextAsync("after the change of Tuesday");
        await Expect(row.GetByTestId("edit")).ToBeFocusedAsync();
        await page.PictureAsync("2-renamed", whole: false);

        await page.Page.ReloadAsync();
        await Expect(row.GetByTestId("title")).ToHaveTextAsync("Noon peak <b>& more</b>");
        await row.GetByTestId("edit").ClickAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(row.GetByTestId("edit")).ToBeFocusedAsync();
        await Expect(row.GetByTestId("edit-name")).ToHaveCountAsync(0);
    }, _thousand, name: "renamed");

    [BrowserFact]
    public Task TenThousandCaptures_AreChangedAsQuicklyAsAHundred() => stage.TellAsync(async page =>
    {
        await Expect(page.Part("captures-count")).ToHaveTextAsync("10,000 captures");
        var session = await page.Page.Context.NewCDPSessionAsync(page.Page);
        await session.SendAsync("Performance.enable");
        var few = await ScriptTimeOfChangesAsync(page, session);
        await ScrollToTheEndAsync(page);
        await Expect(RowOf(page, 9_999)).ToBeVisibleAsync();
        Assert.InRange(await page.Row.CountAsync(), 1, MaxRowsInThePage);
        await page.Page.EvaluateAsync("() => scrollTo(0, 0)");
        await Expect(RowOf(page, 0)).ToBeVisibleAsync();
        var many = await ScriptTimeOfChangesAsync(page, session);
        Assert.True(many < 10 * few, $"{Changes} changes take {many * 1000:0} ms of script with 10,000 captures listed, {few * 1000:0} ms with 100");
    }, new DashboardOptions { Prepare = data => ManyCaptures.Write(data, 10_000) }, name: "ten-thousand");

    /// <summary>Seconds of script that it takes the page to hear of changes, made from elsewhere.</summary>
    private static async Task<double> ScriptTimeOfChangesAsync(Dashboard page, ICDPSession session)
    {
        var address = await AddressOfAsync(page, 0);
        var before = await session.ScriptSecondsAsync();
        page.Lab.CaptureSide.Exec(
            "sh",
            "-c",
            $$"""
            for change in $(seq {{Changes}}); do
              curl -sf -o /dev/null -X PATCH "$0" -H 'content-type: application/json' -d "{\"comment\":\"change $change\"}" || exit 1
            done
            """,
            new Uri(page.Console.Address, address).ToString());
        await Expect(RowOf(page, 0).GetByTestId("comment")).ToHaveTextAsync($"change {Changes}");
        return await session.ScriptSecondsAsync() - before;
    }

    private static ILocator RowOf(Dashboard page, int number) =>
        page.Page.Locator($"[data-testid=finished-row][aria-rowindex='{number + 2}']");

    private static async Task<string> AddressOfAsync(Dashboard page, int number) => $"/api/captures/{await RowOf(page, number).GetAttributeAsync("data-id")}";

    /// <summary>As one who holds the key End down.</summary>
    private static async Task ScrollToTheEndAsync(Dashboard page)
    {
        var total = int.Parse((await page.Part("captures-count").InnerTextAsync()).Split(' ')[0], System.Globalization.NumberStyles.AllowThousands, System.Globalization.CultureInfo.InvariantCulture);
        await page.Page.WaitForFunctionAsync(
            """
            (last) => {
              scrollTo(0, document.body.scrollHeight);
              return Boolean(document.querySelector(`[data-testid=finished-row][aria-rowindex="${last}"]`));
            }
            """,
            total + 1,
            new PageWaitForFunctionOptions { Timeout = MaxScrollMs });
    }
}
