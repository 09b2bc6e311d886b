using Microsoft.Playwright;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>The page on a telephone and at night.</summary>
[Collection(nameof(BrowserStage))]
public sealed class AppearanceTests(BrowserStage stage)
{
    private const string Overflow = """
        () => [document.scrollingElement, ...document.querySelectorAll('.scroll')]
          .reduce((most, part) => Math.max(most, part.scrollWidth - part.clientWidth), 0)
        """;

    private const string Ground =
        "() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).reduce((sum, part) => sum + Number(part), 0)";

    private static readonly DashboardOptions _narrowAndDark = new() { Width = 360, Height = 780, Colours = ColorScheme.Dark };

    [BrowserFact]
    public Task NarrowAndDark_NothingHangsOverTheEdge() => stage.TellAsync(async page =>
    {
        await Expect(page.InterfaceRow(page.Interface)).ToBeVisibleAsync();
        Assert.InRange(await page.Page.EvaluateAsync<int>(Ground), 0, 3 * 64);
        await AssertFitsAsync(page, "1-empty");

        await page.Part("start-name").FillAsync("A name that is longer than a telephone is wide, as names are now and then");
        await page.Part("start-filter").FillAsync("udp port 5000 and not (host 192.0.2.1 or host 2001:db8::1)");
        await page.StartCaptureAsync();
        await using (new Traffic(page.Lab))
        {
            await Expect(page.Card.GetByTestId("elapsed")).ToHaveTextAsync("0:05");
            await AssertFitsAsync(page, "2-live");
        }

        await page.Card.GetByTestId("stop").ClickAsync();
        await Expect(page.Row.GetByTestId("state")).ToHaveTextAsync("stopped");
        await AssertFitsAsync(page, "3-finished");
    }, _narrowAndDark, name: "narrow-dark");

    [BrowserFact]
    public Task WideAndDark_IsDark() => stage.TellAsync(async page =>
    {
        await page.StartCaptureAsync();
        await using (new Traffic(page.Lab))
        {
            await Expect(page.Card.GetByTestId("elapsed")).ToHaveTextAsync("0:06");
            Assert.InRange(await page.Page.EvaluateAsync<int>(Ground), 0, 3 * 64);
            await AssertFitsAsync(page, "live");
        }
    }, new DashboardOptions { Colours = ColorScheme.Dark }, name: "wide-dark");

    [BrowserFact]
    public Task CapturePageNarrowAndDark_NothingHangsOverTheEdge() => stage.TellAsync(async page =>
    {
        await page.CaptureAndOpenAsync();
        await Expect(page.Part("packet-title")).ToHaveTextAsync("Packet 1");
        await Expect(page.Part("conversations")).ToBeVisibleAsync();
        await page.Part("tree").GetByText("User Datagram Protocol").DblClickAsync();
        await AssertFitsAsync(page, "finished");
    }, _narrowAndDark, name: "capture-narrow-dark");

    [BrowserFact]
    public Task CapturePageWideAndDark_IsDark() => stage.TellAsync(async page =>
    {
        await page.CaptureAndOpenAsync();
        await Expect(page.Part("packet-title")).ToHaveTextAsync("Packet 1");
        await Expect(page.Part("conversations")).ToBeVisibleAsync();
        Assert.InRange(await page.Page.EvaluateAsync<int>(Ground), 0, 3 * 64);
        await AssertFitsAsync(page, "finished");
    }, new DashboardOptions { Colours = ColorScheme.Dark }, name: "capture-wide-dark");

    private static async Task AssertFitsAsync(Dashboard page, string moment)
    {
        await page.PictureAsync(moment);
        Assert.Equal(0, await page.Page.EvaluateAsync<int>(Overflow));
    }
}
