using System.Diagnostics;
using MgCap.Capture.Pcapng;
using MgCap.Testing;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>The disk fills up while a capture runs.</summary>
[Collection(nameof(BrowserStage))]
public sealed class StorageTests(BrowserStage stage)
{
    private const int Room = 24 * 1024 * 1024;
    private const int FrameLength = 9000;

    [BrowserFact]
    public Task FullDisk_EndsTheCaptureInPlainWordsAndKeepsWhatWasWritten() => stage.TellAsync(async page =>
    {
        await page.Part("snaplen-full").ClickAsync();
        await Expect(page.Part("start-snaplen")).ToHaveValueAsync("262144");
        await page.StartCaptureAsync();
        await FillAsync(page);
        await Expect(page.Row.GetByTestId("state")).ToHaveTextAsync("stopped");
        await Expect(page.Row.GetByTestId("reason")).ToHaveTextAsync("storage full");
        await Expect(page.Row.GetByTestId("row-error")).ToContainTextAsync("The disk was full");
        await Expect(page.Part("free")).ToHaveClassAsync("bad");
        var scan = PcapngScan.Scan(await page.DownloadAsync(page.Row.GetByTestId("download")));
        Assert.Null(scan.Damage);
        Assert.InRange(scan.CapturedBytes, Room / 4, Room);
        await page.PictureAsync("stopped");

        // What was in buffers when the disk was full is lost at the writer.
        await page.Row.GetByTestId("title").ClickAsync();
        await Expect(page.Part("drops-writer")).ToContainTextAsync("last at");
        await RunningViewTests.ExpectKeptAsync(page, "writer", await page.Part("summary-lost").InnerTextAsync());
        await Expect(page.Part("drops-writer")).ToContainTextAsync("MgCap:DataDirectory");
        await page.PictureAsync("lost");
        await page.Part("back").ClickAsync();
        await page.Part("snaplen-full").ClickAsync();
        await page.InterfaceRow(page.Interface).ClickAsync();

        page.Watch.ExpectRefusal("507 POST /api/captures");
        await page.Part("start-submit").ClickAsync();
        await Expect(page.Part("form-error")).ToContainTextAsync("no room");
        await page.PictureAsync("refused");
    }, new DashboardOptions { Room = Room }, name: "storage-full");

    /// <summary>Sends long frames, a few at a time so that none is lost before the disk, until the capture has ended.</summary>
    private static async Task FillAsync(Dashboard page)
    {
        using var sender = page.Lab.OpenSender();
        var clock = Stopwatch.StartNew();
        while (await page.Row.CountAsync() == 0 && clock.Elapsed < Wait.Patience)
            sender.Flood([Frames.Udp4(new Flow(), FrameLength)], count: 100);
    }
}
