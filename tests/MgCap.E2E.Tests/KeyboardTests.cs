using Microsoft.Playwright;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>The whole story without a mouse.</summary>
[Collection(nameof(BrowserStage))]
public sealed class KeyboardTests(BrowserStage stage)
{
    private const int FarAway = 60;

    [BrowserFact]
    public Task Keyboard_StartsStopsFindsRenamesAndDeletes() => stage.TellAsync(async page =>
    {
        await Expect(page.InterfaceRow(page.Interface)).ToBeVisibleAsync();
        await TabToAsync(page, page.Part("start-interface"));
        await page.Page.Keyboard.TypeAsync(page.Interface);
        await Expect(page.Part("start-interface")).ToHaveValueAsync(page.Interface);
        await TabToAsync(page, page.Part("start-filter"));
        await page.Page.Keyboard.TypeAsync("udp");
        await TabToAsync(page, page.Part("start-submit"));
        await page.PictureAsync("1-form");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Card.GetByTestId("state")).ToHaveTextAsync("running");

        await TabToAsync(page, page.Card.GetByTestId("stop"));
        await page.Page.Keyboard.PressAsync("Space");
        await Expect(page.Row.GetByTestId("state")).ToHaveTextAsync("stopped");
        await Expect(page.Page.Locator("#running")).ToBeFocusedAsync();

        await TabToAsync(page, page.Part("search-text"));
        await page.Page.Keyboard.TypeAsync("udp");
        await Expect(page.Part("captures-count")).ToHaveTextAsync("1 capture found");
        await TabToAsync(page, page.Row.GetByTestId("edit"));
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Page.Keyboard.TypeAsync("by hand only");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Row.GetByTestId("title")).ToHaveTextAsync("by hand only");
        await page.PictureAsync("2-renamed");

        await TabToAsync(page, page.Row.GetByTestId("delete"));
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Part("cancel-delete")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Row.GetByTestId("delete")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await TabToAsync(page, page.Part("confirm-delete"));
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Row).ToHaveCountAsync(0);
        await Expect(page.Page.Locator("#finished-title")).ToBeFocusedAsync();
    }, name: "keyboard");

    private static async Task TabToAsync(Dashboard page, ILocator goal)
    {
        for (var presses = 0; presses < FarAway; presses++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            if (await goal.EvaluateAsync<bool>("(goal) => goal === document.activeElement"))
                return;
        }

        Assert.Fail($"{FarAway} presses of Tab did not lead to {goal}");
    }
}
