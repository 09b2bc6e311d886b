using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>What shows a running capture is fetched when there is one.</summary>
[Collection(nameof(ReadingStage))]
public sealed class RunningListTests(BrowserStage stage)
{
    private const string CardScript = "**/running-card.js";

    [BrowserFact]
    public Task CardThatCantBeFetched_IsSaidAndTriedAgain() => stage.TellAsync(async page =>
    {
        await Expect(page.Connection).ToHaveTextAsync("Live");
        using (page.Watch.ExpectOutage())
        {
            await page.Page.RouteAsync(CardScript, route => route.AbortAsync());
            await page.InterfaceRow(page.Interface).ClickAsync();
            await page.Part("start-submit").ClickAsync();
            await Expect(page.Part("running-empty")).ToContainTextAsync("Reload the page");
            await page.Page.UnrouteAsync(CardScript);
        }

        await Expect(page.Card.GetByTestId("state")).ToHaveTextAsync("running");
        await Expect(page.Part("running-empty")).ToBeHiddenAsync();
    }, name: "running-list");
}
