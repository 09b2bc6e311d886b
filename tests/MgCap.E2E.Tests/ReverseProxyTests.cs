using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>The console at a path of another server: nginx, as docs/reverse-proxy.md sets it up.</summary>
[Collection(nameof(BrowserStage))]
public sealed class ReverseProxyTests(BrowserStage stage)
{
    [NginxBrowserFact]
    public Task BelowAPath_EverythingWorks() => stage.TellAsync(async page =>
    {
        await Expect(page.Connection).ToHaveTextAsync("Live");
        await page.StartCaptureAsync();
        await Expect(page.Part("curl-command")).ToContainTextAsync($"{page.Address.AbsoluteUri.TrimEnd('/')}/api/captures");
        await page.PictureAsync("1-running");
        await page.Card.GetByTestId("title").ClickAsync();
        await Expect(page.Part("running-view")).ToBeVisibleAsync();
        await page.Page.GoBackAsync();
        await page.Part("swagger-link").ClickAsync();
        await Microsoft.Playwright.Assertions.Expect(page.Page).ToHaveURLAsync(new Uri(page.Address, "swagger/index.html").ToString());
        var list = page.Page.Locator(".opblock-get").Filter(new() { HasText = "Captures, newest first" });
        await list.Locator(".opblock-summary-control").ClickAsync();
        await list.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Try it out" }).ClickAsync();
        await list.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Execute" }).ClickAsync();
        await Expect(list.Locator(".request-url").First).ToContainTextAsync($"{page.Address.AbsolutePath}api/captures");
        await Expect(list.Locator(".live-responses-table .response-col_status").Last).ToContainTextAsync("200");
    }, new DashboardOptions { BehindNginx = true }, name: "below-a-path");
}
