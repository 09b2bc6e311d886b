using System.Text.RegularExpressions;
using MgCap.Testing;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>A ping and its answer: what is too short to have a rate is shown without one.</summary>
[Collection(nameof(ReadingStage))]
public sealed class ShortCaptureTests(BrowserStage stage)
{
    [BrowserFact]
    public Task Ping_HasTwoPacketsInItsPeakSecondAndNoRate() => stage.TellAsync(async page =>
    {
        await Expect(page.Page.Locator("#summary [data-part=peak]")).ToHaveTextAsync("2 pps");
        await Expect(page.Part("summary-average")).ToHaveTextAsync("–");
        await Expect(page.Page.Locator("#rates [data-part=packetsUnit]")).ToHaveTextAsync(new Regex(@"^Packets per \d+(\.\d+)?\sns$"));
        var drawn = await page.Part("timeline").BoundingBoxAsync();
        await page.Page.Mouse.MoveAsync(drawn!.X + drawn.Width / 2, drawn.Y + drawn.Height / 2);
        await Expect(page.Part("readout")).ToContainTextAsync("packets");
        await Expect(page.Part("readout")).Not.ToContainTextAsync("pps");
        await page.PictureAsync("ping");
    }, new DashboardOptions
    {
        Path = StoredCapture.Page,
        Prepare = data =>
        {
            StoredCapture.Write(data, Enumerable.Repeat(Frames.Udp4(new Flow(), 100), 2), apart: 55_800);
            StoredCapture.Enter(data, 1);
        },
    }, name: "short");
}
