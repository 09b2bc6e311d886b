using System.Text.RegularExpressions;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>A flight recorder from the page alone: armed, saved from, and what was saved is read.</summary>
[Collection(nameof(BrowserStage))]
public sealed partial class RecorderTests(BrowserStage stage)
{
    [BrowserFact]
    public Task Recorder_IsArmedAndSavedFrom() => stage.TellAsync(async page =>
    {
        await page.InterfaceRow(page.Interface).ClickAsync();
        await page.Part("recorder").ClickAsync();
        await page.Part("start-kind").CheckAsync();
        await page.Part("start-recorder-bytes").FillAsync("64");
        await page.Part("start-trigger-packets").FillAsync("20");
        await page.Part("start-trigger-after").FillAsync("1");
        await page.PictureAsync("1-form");
        await page.Part("start-submit").ClickAsync();
        await Expect(page.Card.GetByTestId("state")).ToHaveTextAsync("armed");
        await page.OpenRunningAsync();
        await Expect(page.Part("files")).ToContainTextAsync("in memory");
        await Expect(page.Page.Locator("#packets")).ToBeHiddenAsync();
        await Expect(page.Part("download")).ToBeHiddenAsync();
        await using (new Traffic(page.Lab))
        {
            await page.Part("recorder-before").FillAsync("a minute");
            await page.Part("recorder-save").ClickAsync();
            await Expect(page.Part("recorder-error")).ToContainTextAsync("must be a number");
            await page.Part("recorder-before").FillAsync("");
            await page.Part("recorder-after").FillAsync("2");
            await page.Part("recorder-name").FillAsync("the moment");
            await page.Part("recorder-save").ClickAsync();
            await Expect(page.Part("recorder-saved")).ToContainTextAsync("packets");
        }

        await page.PictureAsync("2-saved");
        // Its trigger has gone off meanwhile.
        await Expect(page.Part("recorder-triggers")).ToContainTextAsync("20 packets/s are reached");
        await Expect(page.Part("capture-events").Locator("a")).ToHaveTextAsync(SavedCapture());
        await page.Part("recorder-saved").Locator("a").ClickAsync();
        await Expect(page.Part("capture-title")).ToHaveTextAsync("the moment");
        await Expect(page.Part("state")).ToHaveTextAsync("stopped");
        await Expect(page.PacketRow(1)).ToBeVisibleAsync();
    }, name: "recorder");

    [GeneratedRegex("^capture [0-9a-f-]{36}$")]
    private static partial Regex SavedCapture();
}
