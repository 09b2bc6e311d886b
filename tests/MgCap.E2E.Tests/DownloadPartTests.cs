using System.Globalization;
using System.Web;
using MgCap.Capture;
using MgCap.Testing;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>A part of a capture, chosen by dragging over its rates.</summary>
[Collection(nameof(ReadingStage))]
public sealed class DownloadPartTests(BrowserStage stage)
{
    [BrowserFact]
    public Task DraggedPart_IsWhatTsharkCuts() => stage.TellAsync(async page =>
    {
        await page.CaptureAndOpenAsync();
        var whole = await page.DownloadAsync(page.Part("download"));
        await DragAsync(page, 0.25f, 0.7f);
        await Expect(page.Part("range")).ToContainTextAsync("packets");
        await Expect(page.Part("download-part")).ToHaveTextAsync("Download this part");
        await page.PictureAsync("1-dragged", whole: false);
        await AssertCutAsync(page, whole, "frame");

        page.Watch.ExpectRefusal($"422 GET {page.CaptureAddress()}/pcapng");
        await page.Part("part-filter").FillAsync("tcp prt 443");
        await Expect(page.Part("part-filter-status")).ToContainTextAsync("syntax error");
        await page.Part("download-part").ClickAsync();
        await Expect(page.Part("part-error")).ToContainTextAsync("syntax error");
        await page.Part("part-filter").FillAsync("tcp port 443");
        await Expect(page.Part("part-filter-status")).ToHaveAttributeAsync("data-state", "valid");
        await AssertCutAsync(page, whole, "tcp.port == 443");
        await page.PictureAsync("2-filtered", whole: false);
        await page.Part("part-form").SelectOptionAsync("compress=zstd");
        await AssertCutAsync(page, whole, "tcp.port == 443");
        await page.Part("part-form").SelectOptionAsync("format=pcap&compress=gzip");
        var older = await page.DownloadAsync(page.Part("download-part"));
        Assert.EndsWith("-part.pcap.gz", older, StringComparison.Ordinal);
        Assert.NotEmpty(Fields(older, "tcp.port == 443", "frame.number"));
        await page.Part("part-form").SelectOptionAsync("");

        await page.Part("show-packets").ClickAsync();
        var (from, _) = await RangeAsync(page);
        var first = Fields(whole, $"frame.time_epoch >= {Epoch(from)}", "frame.number")[0];
        await Expect(page.ChosenRow()).ToHaveAttributeAsync("data-number", first);

        await page.Part("zoom-in").ClickAsync();
        await Expect(page.Part("zoom-out")).ToBeEnabledAsync();
        await page.PictureAsync("3-zoomed", whole: false);
        await page.Part("zoom-out").ClickAsync();
        await Expect(page.Part("zoom-out")).ToBeDisabledAsync();
    }, name: "download-part");

    private static async Task DragAsync(Dashboard page, float from, float to)
    {
        var plot = page.Part("timeline").Locator(".u-over");
        await plot.ScrollIntoViewIfNeededAsync();
        var box = (await plot.BoundingBoxAsync())!;
        var mouse = page.Page.Mouse;
        await mouse.MoveAsync(box.X + (box.Width * from), box.Y + (box.Height / 2));
        await mouse.DownAsync();
        await mouse.MoveAsync(box.X + (box.Width * to), box.Y + (box.Height / 2), new() { Steps = 4 });
        await mouse.UpAsync();
    }

    /// <summary>Compares what is downloaded with what tshark(1) takes out of the whole file.</summary>
    private static async Task AssertCutAsync(Dashboard page, string whole, string display)
    {
        var (from, to) = await RangeAsync(page);
        var part = await page.DownloadAsync(page.Part("download-part"));
        string[] columns = ["frame.time_epoch", "frame.len", "frame.interface_name", "ip.src", "ip.id", "udp.payload", "tcp.seq_raw"];
        var wanted = Fields(whole, $"{display} && frame.time_epoch >= {Epoch(from)} && frame.time_epoch < {Epoch(to)}", columns);
        var all = Fields(whole, display, columns);
        Assert.Equal(wanted, Fields(part, "frame", columns));
        Assert.InRange(wanted.Length, 1, all.Length - 1);
    }

    /// <summary>The range that the page asks the console for.</summary>
    private static async Task<(Timestamp From, Timestamp To)> RangeAsync(Dashboard page)
    {
        var address = await page.Part("download-part").GetAttributeAsync("href");
        var query = HttpUtility.ParseQueryString(address!.Split('?')[1]);
        return (Timestamp.Parse(query["from"]!), Timestamp.Parse(query["to"]!));
    }

    private static string Epoch(Timestamp time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.Nanoseconds / 1_000_000_000}.{time.Nanoseconds % 1_000_000_000:D9}");

    private static string[] Fields(string file, string display, params string[] fields) =>
        ReferenceTools.Tshark(["-r", file, "-Y", display, "-T", "fields", .. fields.SelectMany(field => (string[])["-e", field])])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
