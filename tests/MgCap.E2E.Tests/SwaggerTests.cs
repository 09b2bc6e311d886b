using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>The page that documents the API.</summary>
[Collection(nameof(BrowserStage))]
public sealed class SwaggerTests(BrowserStage stage)
{
    [BrowserFact]
    public Task SwaggerLink_LeadsToAPageThatStartsACapture() => stage.TellAsync(async page =>
    {
        await page.Part("swagger-link").ClickAsync();
        var start = page.Page.Locator(".opblock-post").Filter(new() { HasText = "Starts a capture" });
        await Expect(start).ToBeVisibleAsync();
        await page.PictureAsync("1-overview");

        await start.Locator(".opblock-summary-control").ClickAsync();
        await Expect(start).ToContainTextAsync("interface_not_found");
        await start.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Try it out" }).ClickAsync();
        await start.Locator("textarea").FillAsync("""{ "interface": "lo", "stop": { "packets": 1 } }""");
        await start.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Execute" }).ClickAsync();
        await Expect(start.Locator(".live-responses-table .response-col_status").Last).ToContainTextAsync("201");
        await page.PictureAsync("2-started", whole: false);
    }, name: "swagger");
}
