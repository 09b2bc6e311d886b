using System.Text.RegularExpressions;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>README's pictures: `make pictures` runs this, and takes them from where stories leave theirs.</summary>
[Collection(nameof(ReadingStage))]
public sealed partial class PicturesTests(BrowserStage stage)
{
    [BrowserFact]
    public Task Pictures_AreOfARunningAndOfAFinishedCapture() => stage.TellAsync(async page =>
    {
        await using var traffic = new OfficeTraffic(page.Lab);
        await Expect(page.InterfaceRow(OfficeTraffic.Interface)).ToBeVisibleAsync();
        await page.InterfaceRow(OfficeTraffic.Interface).ClickAsync();
        await page.Part("start-name").FillAsync("Office, first floor");
        await page.Part("snaplen-full").ClickAsync();
        await page.Part("start-submit").ClickAsync();
        await page.OpenRunningAsync();
        await Expect(page.Part("elapsed")).ToHaveTextAsync(HalfAMinute(), new() { Timeout = 60_000 });
        await Expect(page.Part("catching")).ToHaveTextAsync("");
        await page.PictureAsync("running", whole: false);

        await page.Part("stop").ClickAsync();
        await Expect(page.Part("state")).ToHaveTextAsync("stopped");
        // As one who comes to it later: the list is that of the whole capture.
        await page.Page.ReloadAsync();
        await Expect(page.Part("conversations")).ToBeVisibleAsync();
        await page.Part("display").FillAsync("http or dns");
        await page.Part("display-apply").ClickAsync();
        await Expect(page.Part("progress")).ToContainTextAsync("matches in", new() { Timeout = 60_000 });
        await page.Part("packet-grid").GetByText("GET /").First.ClickAsync();
        await Expect(page.Part("tree")).ToContainTextAsync("Hypertext Transfer Protocol");
        await page.Page.Locator("#packets").EvaluateAsync("(packets) => scrollTo(0, packets.offsetTop - 16)");
        await page.PictureAsync("finished", whole: false);
    }, new DashboardOptions { Width = 1280, Height = 1000 }, name: "readme");

    [GeneratedRegex("^0:(3[0-9]|4[0-9]|5[0-9])$")]
    private static partial Regex HalfAMinute();
}
