using MgCap.Testing;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>Addresses that name no capture, and browsers that keep nothing.</summary>
[Collection(nameof(ReadingStage))]
public sealed class AddressTests(BrowserStage stage)
{
    [BrowserTheory]
    [InlineData("/capture.html", "names no capture")]
    [InlineData("/capture.html?id=", "names no capture")]
    [InlineData("/capture.html?id=..", "There is no such capture")]
    [InlineData("/capture.html?id=01990000-0000-7000-8000-0000000000zz", "There is no such capture")]
    public Task PageWithoutACapture_SaysSoAndLeadsBack(string path, string words) => stage.TellAsync(async page =>
    {
        await Expect(page.Part("missing")).ToContainTextAsync(words);
        await page.PictureAsync("shown");
        await page.Page.Locator("#missing-hint a").ClickAsync();
        await Expect(page.Part("start-form")).ToBeVisibleAsync();
    }, new DashboardOptions { Path = path }, name: "no-capture");

    /// <summary>Other programs write ids in braces, or without dashes.</summary>
    [BrowserFact]
    public Task IdWrittenOtherwise_IsTheSameCapture() => stage.TellAsync(async page =>
    {
        await Expect(page.Part("capture-title")).ToHaveTextAsync("capture 10");
        await Expect(page.Part("progress")).ToHaveTextAsync("5 packets");
    }, new DashboardOptions
    {
        Path = "/capture.html?id=%7B01990000000070008000000000000010%7D",
        Prepare = data =>
        {
            StoredCapture.Write(data, Enumerable.Repeat(Frames.Udp4(new Flow(), 100), 5), number: 10);
            StoredCapture.Enter(data, 10);
        },
    });

    /// <summary>Chromium with site data blocked throws where a page looks at localStorage.</summary>
    [BrowserFact]
    public async Task BrowserThatBlocksSiteData_HasAWholeDashboard()
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, """
                for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, {
                  get() { throw new DOMException(`Failed to read the '${name}' property from 'Window': Access is denied for this document.`, 'SecurityError'); },
                });
                """);
            await stage.TellAsync(async page =>
            {
                await Expect(page.Connection).ToHaveTextAsync("Live");
                await page.StartCaptureAsync();
                await page.Card.GetByTestId("title").ClickAsync();
                await Expect(page.Part("running-view")).ToBeVisibleAsync();
            }, new DashboardOptions { Script = script, Zone = "America/New_York" }, name: "blocked-storage");
        }
        finally
        {
            File.Delete(script);
        }
    }
}
