using System.Globalization;
using System.Text.RegularExpressions;
using MgCap.Capture.Pcapng;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>The console goes away and comes back; the page stays open.</summary>
[Collection(nameof(BrowserStage))]
public sealed class ReconnectTests(BrowserStage stage)
{
    [BrowserFact]
    public Task KilledConsole_ReturnsWithTheCaptureRecovered() => stage.TellAsync(async page =>
    {
        await LeaveAndReturnAsync(page, page => page.Console.Kill());
        await Expect(page.Row.GetByTestId("state")).ToHaveTextAsync("recovered");
        await Expect(page.Row.GetByTestId("reason")).ToHaveTextAsync("console died");
        await AssertHoldsWhatItSaysAsync(page);
        await page.PictureAsync("2-returned");
    }, name: "killed-console");

    [BrowserFact]
    public Task StoppedConsole_ReturnsWithTheCaptureStopped() => stage.TellAsync(async page =>
    {
        await LeaveAndReturnAsync(page, page => page.Console.Stop());
        await Expect(page.Row.GetByTestId("state")).ToHaveTextAsync("stopped");
        await Expect(page.Row.GetByTestId("reason")).ToHaveTextAsync("console shut down");
        await AssertHoldsWhatItSaysAsync(page);
    }, name: "stopped-console");

    [BrowserFact]
    public Task LostConnection_IsCaughtUpWithoutAGap() => stage.TellAsync(async page =>
    {
        await page.StartCaptureAsync();
        await using var traffic = new Traffic(page.Lab);
        await using var line = await HubLine.HoldAsync(page.Page);
        await page.OpenRunningAsync();
        var chart = page.Part("chart");
        await Expect(page.Part("elapsed")).ToHaveTextAsync(After(5));

        using (page.Watch.ExpectOutage())
        {
            await line.CutAsync();
            await Expect(page.Connection).ToHaveTextAsync("Reconnecting…");
            await Expect(page.Part("elapsed")).ToHaveTextAsync(After(11));
            await page.PictureAsync("1-away", whole: false);
            line.Restore();
            await Expect(page.Connection).ToHaveTextAsync("Live");
        }

        await Expect(page.Part("catching")).ToContainTextAsync("Catching up");
        await Expect(chart).ToHaveAttributeAsync("data-gaps", "1");
        await page.PictureAsync("2-catching-up", whole: false);
        line.LetSamplesThrough();
        await Expect(page.Part("catching")).ToContainTextAsync("were missing and have been fetched");
        await Expect(chart).ToHaveAttributeAsync("data-gaps", "0");
        await page.PictureAsync("3-caught-up", whole: false);
    }, name: "lost-connection");

    private static Regex After(int seconds) => new($"^0:({string.Join('|', Enumerable.Range(seconds, 60 - seconds).Select(second => $"{second:D2}"))})$");

    private static async Task LeaveAndReturnAsync(Dashboard page, Action<Dashboard> leave)
    {
        await page.StartCaptureAsync();
        await using var traffic = new Traffic(page.Lab);
        await Expect(page.Card.GetByTestId("captured")).Not.ToHaveTextAsync("0");
        await Expect(page.Card.GetByTestId("file-size")).ToContainTextAsync("iB");
        await page.Page.EvaluateAsync("() => { window.sameDocument = true; }");

        using (page.Watch.ExpectOutage())
        {
            leave(page);
            await Expect(page.Connection).ToHaveTextAsync("Reconnecting…");
            await page.PictureAsync("1-away");
            page.StartConsoleAgain();
            await Expect(page.Connection).ToHaveTextAsync("Live");
        }

        await Expect(page.Card).ToHaveCountAsync(0);
        Assert.True(await page.Page.EvaluateAsync<bool>("() => window.sameDocument === true"), "the page was loaded again");
    }

    private static async Task AssertHoldsWhatItSaysAsync(Dashboard page)
    {
        var scan = PcapngScan.Scan(await page.DownloadAsync(page.Row.GetByTestId("download")));
        Assert.Null(scan.Damage);
        Assert.InRange(scan.Packets, 1, long.MaxValue);
        await Expect(page.Row.GetByTestId("packets")).ToHaveTextAsync(scan.Packets.ToString("N0", CultureInfo.InvariantCulture));
    }
}
