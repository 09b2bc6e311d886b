using MgCap.Testing;
using Microsoft.Playwright;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>A capture that begins a new file again and again, from the form to a file on the user's disk; and one that is watched.</summary>
[Collection(nameof(BrowserStage))]
public sealed class SeveralFilesTests(BrowserStage stage)
{
    [BrowserFact]
    public Task Ring_IsAskedForWatchedAndDownloaded() => stage.TellAsync(async page =>
    {
        page.Watch.ExpectRefusal("400 POST /api/captures");
        await page.InterfaceRow(page.Interface).ClickAsync();
        await page.Part("rotation").ClickAsync();
        await page.Part("start-rotate-files").FillAsync("3");
        await page.Part("start-submit").ClickAsync();
        await Expect(page.Part("error-rotate.files")).ToContainTextAsync("give bytes, seconds or packets");
        await page.PictureAsync("1-refused");
        await page.Part("start-rotate-packets").FillAsync("500");
        await Expect(page.Part("dump-command")).ToContainTextAsync("-b packets:500 -b files:3");
        await page.Part("start-submit").ClickAsync();
        await Expect(page.Card.GetByTestId("state")).ToHaveTextAsync("running");
        await page.OpenRunningAsync();
        await Expect(page.Part("watch-command")).ToContainTextAsync("/live | wireshark -k -i -");

        var watched = page.Console.OpenClient();
        using var live = await watched.GetAsync(new Uri($"{page.CaptureAddress()}/live?format=pcap", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await live.Content.ReadAsStreamAsync();
        await using (new Traffic(page.Lab))
        {
            var packets = new byte[24 + 16 + 60];
            await stream.ReadExactlyAsync(packets).AsTask().WaitAsync(Wait.Patience);
            await Expect(page.Part("file-rows").GetByRole(AriaRole.Link)).ToHaveCountAsync(3);
            await Expect(page.Part("file-rows")).ToContainTextAsync("being written");
            await Expect(page.Part("files")).ToHaveTextAsync("3, a new one after 500 packets; the newest 3 are kept");
        }

        await page.PictureAsync("2-running");
        await page.Part("stop").ClickAsync();
        await Expect(page.Part("state")).ToHaveTextAsync("stopped");
        await Expect(page.Part("file-rows")).Not.ToContainTextAsync("being written");
        await page.PictureAsync("3-stopped");
        await page.Page.SetViewportSizeAsync(390, 844);
        await page.PictureAsync("4-narrow");

        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.Part("file-rows").GetByRole(AriaRole.Link).Last.ClickAsync());
        var path = await download.PathAsync();
        Assert.Equal("500", ReferenceTools.Capinfos("-T", "-r", "-M", "-c", path).Trim().Split('\t')[^1]);
        Assert.Matches("_[0-9]{5}[.]pcapng$", download.SuggestedFilename);
    }, name: "several-files");
}
