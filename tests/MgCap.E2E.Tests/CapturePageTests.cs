using System.IO.Compression;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>The page of one capture, whole.</summary>
[Collection(nameof(ReadingStage))]
public sealed partial class CapturePageTests(BrowserStage stage)
{
    private const int MaxCompressedBytes = 200 * 1024;

    [BrowserFact]
    public Task RunningCapture_ShowsWhatIsWrittenAndThenHowItEnded() => stage.TellAsync(async page =>
    {
        await page.StartCaptureAsync();
        await using (new Traffic(page.Lab))
        {
            await Expect(page.Card.GetByTestId("file-size")).ToHaveTextAsync(SomeMebibytes());
            await page.Card.GetByTestId("title").ClickAsync();
            await Expect(page.Part("state")).ToHaveTextAsync("running");
            await Expect(page.Part("to-running")).ToBeVisibleAsync();
            await Expect(page.Part("delete")).ToBeHiddenAsync();
            await Expect(page.PacketRow(1)).ToContainTextAsync("10.77.0.2");

            // What comes while one reads waits until it is asked for.
            var before = await page.Part("progress").InnerTextAsync();
            await Expect(page.Part("new-packets")).ToHaveTextAsync(NewPackets());
            await Expect(page.Part("progress")).ToHaveTextAsync(before);
            await page.PictureAsync("1-running");
            await page.Part("new-packets").ClickAsync();
            await Expect(page.Part("progress")).Not.ToHaveTextAsync(before);
            await page.FilterAsync("arp");
            await Expect(page.Part("progress")).ToContainTextAsync("matches in");
            await Expect(page.Part("new-packets")).ToHaveTextAsync(NewPackets());
        }

        await page.Page.EvaluateAsync("(address) => fetch(`${address}/stop`, { method: 'POST' })", page.CaptureAddress());
        await Expect(page.Part("state")).ToHaveTextAsync("stopped");
        await Expect(page.Part("reason")).ToHaveTextAsync("manually");
        await Expect(page.Part("delete")).ToBeVisibleAsync();
        await Expect(page.Part("protocols")).ToContainTextAsync("UDP");
        // A list that was open then is whole, and so is a search in it.
        var all = await page.Part("summary-packets").InnerTextAsync();
        await Expect(page.Part("new-packets")).ToBeHiddenAsync();
        await Expect(page.Part("progress")).ToHaveTextAsync(new Regex($" matches in {all} packets$"));
        await page.Part("display-clear").ClickAsync();
        await Expect(page.Part("progress")).ToHaveTextAsync($"{all} packets");
        await page.PictureAsync("2-stopped");
    }, name: "running-page");

    /// <summary>No device of this laboratory stamps packets: what the console would answer with one is put in its place here.</summary>
    [BrowserFact]
    public Task StampsOfANetworkCard_AreToldWithItsClock() => stage.TellAsync(async page =>
    {
        await page.CaptureAndOpenAsync();
        await Expect(page.Part("timestamps")).ToHaveTextAsync(new Regex(@"^the kernel \(software\)\s*$"));
        var capture = JsonNode.Parse(await page.Page.EvaluateAsync<string>("async (address) => (await fetch(address)).text()", page.CaptureAddress()))!;
        capture["timestampSource"] = "hardware";
        capture["statistics"]!["softwareStamped"] = 88;
        capture["clock"] = new JsonObject
        {
            ["device"] = "ptp0",
            ["offsetNanoseconds"] = 37_004_477_166,
            ["driftPartsPerBillion"] = 20_000.134,
            ["looksLikeTai"] = true,
            ["steps"] = 0,
        };
        await page.Page.RouteAsync(
            $"**{page.CaptureAddress()}", route => route.FulfillAsync(new RouteFulfillOptions { ContentType = "application/json", Body = capture.ToJsonString() }));
        await page.Page.ReloadAsync();
        await Expect(page.Part("timestamps")).ToHaveTextAsync(
            "the network card (hardware) ptp0 is 37.004477166\u00a0s ahead of UTC, as TAI is, drifts by 20,000\u00a0ppb; corrected. 88 of the packets were stamped by the kernel.");
        await page.PictureAsync("1-told");
    }, name: "hardware-stamps");

    [BrowserFact]
    public Task Capture_IsRenamedCommentedAndDeleted() => stage.TellAsync(async page =>
    {
        await page.CaptureAndOpenAsync();
        page.Watch.ExpectRefusal($"400 PATCH {page.CaptureAddress()}");
        await page.Part("rename").ClickAsync();
        await Expect(page.Part("edit-name")).ToBeFocusedAsync();
        await page.Part("edit-name").FillAsync(new string('x', 5000));
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Part("rename-error")).ToContainTextAsync("Not saved");
        await page.PictureAsync("1-refused", whole: false);
        await page.Part("edit-name").FillAsync("Noon peak");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Part("capture-title")).ToHaveTextAsync("Noon peak");
        await Expect(page.Part("rename")).ToBeFocusedAsync();

        await page.Part("edit-comment-button").ClickAsync();
        await page.Part("edit-comment").FillAsync("After the change of Tuesday");
        await page.Part("save-comment").ClickAsync();
        await Expect(page.Part("comment")).ToHaveTextAsync("After the change of Tuesday");
        await page.Page.ReloadAsync();
        await Expect(page.Part("capture-title")).ToHaveTextAsync("Noon peak");
        await Expect(page.Part("comment")).ToHaveTextAsync("After the change of Tuesday");

        await page.Part("pin").ClickAsync();
        await Expect(page.Part("pin")).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Page.GotoAsync("/");
        await Expect(page.Row.GetByTestId("pinned")).ToBeVisibleAsync();
        await page.PictureAsync("2-pinned");
        await page.Row.GetByTestId("title").ClickAsync();
        await page.Part("pin").ClickAsync();
        await Expect(page.Part("pin")).ToHaveAttributeAsync("aria-pressed", "false");

        await page.Part("delete").ClickAsync();
        await page.Part("confirm-delete").ClickAsync();
        await Expect(page.Part("finished-empty")).ToContainTextAsync("No finished capture yet");
    }, name: "rename-and-delete");

    [BrowserFact]
    public Task CaptureThatIsNot_IsSaidWithAWayBack() => stage.TellAsync(async page =>
    {
        const string id = "01990000-0000-7000-8000-000000000404";
        page.Watch.ExpectRefusal($"404 GET /api/captures/{id}");
        await page.Page.GotoAsync($"/capture.html?id={id}");
        await Expect(page.Part("missing")).ToContainTextAsync("There is no such capture");
        await page.PictureAsync("missing", whole: false);
        await page.Part("back").ClickAsync();
        await Expect(page.InterfaceRow(page.Interface)).ToBeVisibleAsync();
    }, name: "no-such-capture");

    [BrowserFact]
    public Task Page_IsSmall() => stage.TellAsync(async page =>
    {
        var sizes = new Dictionary<string, long>();
        page.Page.Response += (_, response) =>
        {
            var path = new Uri(response.Url).AbsolutePath;
            if (!path.StartsWith("/api", StringComparison.Ordinal) && !path.StartsWith("/hubs", StringComparison.Ordinal))
                sizes[path] = 0;
        };
        await page.CaptureAndOpenAsync();
        await Expect(page.Connection).ToHaveTextAsync("Live");
        using var client = page.Console.OpenClient();
        foreach (var path in sizes.Keys)
            sizes[path] = Compressed(await client.GetByteArrayAsync(new Uri(path, UriKind.Relative)));
        Assert.Contains(sizes.Keys, path => path.EndsWith("/lib/uplot/uPlot.esm.js", StringComparison.Ordinal));
        Assert.Contains(sizes.Keys, path => path.EndsWith("/lib/signalr/signalr.min.js", StringComparison.Ordinal));
        Assert.InRange(sizes.Values.Sum(), 1, MaxCompressedBytes);
    }, name: "small-page");

    private static long Compressed(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(content);
        return compressed.Length;
    }

    [GeneratedRegex(@"^[1-9][0-9.]*\sMiB$")]
    private static partial Regex SomeMebibytes();

    [GeneratedRegex(@"^[1-9][\d,]* new packets$")]
    private static partial Regex NewPackets();
}
