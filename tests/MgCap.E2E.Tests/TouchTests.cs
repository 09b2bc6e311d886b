using MgCap.Testing;
using Microsoft.Playwright;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>A telephone: a narrow page, and fingers.</summary>
[Collection(nameof(ReadingStage))]
public sealed class TouchTests(BrowserStage stage)
{
    private const int Packets = 5000;

    private static readonly DashboardOptions _telephone = new()
    {
        Width = 360,
        Height = 780,
        HasTouch = true,
        Path = StoredCapture.Page,
        Prepare = data => StoredCapture.Write(data, Enumerable.Repeat(Frames.Udp4(new Flow(), 200), Packets)),
    };

    [BrowserFact]
    public Task Finger_DragsOverARangeAndScrollsThePage() => stage.TellAsync(async page =>
    {
        await Expect(page.Part("range")).ToHaveTextAsync("Drag over the chart to choose a time range.");
        var chart = page.Part("timeline").Locator(".u-over");
        await chart.ScrollIntoViewIfNeededAsync();
        var finger = await Finger.OnAsync(page.Page);

        var box = (await chart.BoundingBoxAsync())!;
        await finger.DragAsync(box.X + box.Width * 0.25, box.Y + box.Height / 2, box.Width * 0.5, 0);
        // A packet each millisecond, 5 s in all: half of it.
        await Expect(page.Part("range")).ToContainTextAsync("2.5");
        await Expect(page.Part("download-part")).ToHaveTextAsync("Download this part");
        await Expect(page.Part("readout")).ToContainTextAsync("packets");
        await page.PictureAsync("1-range", whole: false);
        var range = await page.Part("range").InnerTextAsync();

        // Up and down is the page's, also from the chart, and takes no range away.
        var before = await ScrolledAsync(page);
        box = (await chart.BoundingBoxAsync())!;
        await finger.DragAsync(box.X + box.Width / 2, box.Y + box.Height - 10, 0, -150);
        await page.Page.WaitForFunctionAsync("(before) => scrollY > before", before);
        await Expect(page.Part("range")).ToHaveTextAsync(range);
        Assert.Equal(0, await page.Page.EvaluateAsync<int>("() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"));

        await page.Part("zoom-in").TapAsync();
        await Expect(page.Part("range")).ToHaveTextAsync("Drag over the chart to choose a time range.");
        await page.Part("zoom-whole").TapAsync();
    }, _telephone, name: "touch");

    private static Task<double> ScrolledAsync(Dashboard page) => page.Page.EvaluateAsync<double>("() => scrollY");

    /// <summary>A finger as the browser's own input takes it, with what that does of itself: scrolling.</summary>
    private sealed class Finger
    {
        private const int Steps = 10;

        private readonly ICDPSession _session;

        private Finger(ICDPSession session) => _session = session;

        public static async Task<Finger> OnAsync(IPage page) => new(await page.Context.NewCDPSessionAsync(page));

        public async Task DragAsync(double x, double y, double right, double down)
        {
            await SendAsync("touchStart", x, y);
            for (var step = 1; step <= Steps; step++)
                await SendAsync("touchMove", x + right * step / Steps, y + down * step / Steps);
            await SendAsync("touchEnd");
        }

        private async Task SendAsync(string type, params double[] at) => await _session.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object>
        {
            ["type"] = type,
            ["touchPoints"] = at is [var x, var y] ? (object[])[new Dictionary<string, object> { ["x"] = x, ["y"] = y }] : [],
        });
    }
}
