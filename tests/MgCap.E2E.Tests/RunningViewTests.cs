using System.Globalization;
using System.Text.RegularExpressions;
using MgCap.Testing;
using Microsoft.Playwright;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>The page of a capture that runs: rates, queues, losses, the disk.</summary>
[Collection(nameof(BrowserStage))]
public sealed partial class RunningViewTests(BrowserStage stage)
{
    // More than the rings hold that a capture has at each of the stage's queues, 64 MiB in all.
    private const int LossyFrames = 60_000;
    private const int LossyLength = 1514;

    [XdpBrowserFact]
    public Task RunningCapture_IsSeenByQueuePausedSwitchedAndStopped() => stage.TellAsync(async page =>
    {
        await page.StartCaptureAsync();
        await using (new Traffic(page.Lab))
        {
            await page.OpenRunningAsync();
            await Expect(page.Part("elapsed")).ToHaveTextAsync(Seconds(8));
            // The story's traffic is heavy on the first queue.
            await Expect(page.Part("balance")).ToContainTextAsync("Queue rx0 takes");
            await Expect(page.Part("disk-room")).ToContainTextAsync("iB");
            await Expect(page.Part("disk-full-in")).ToHaveTextAsync(Words());
            await page.PictureAsync("1-total", whole: false);

            await page.Part("kind-packets").ClickAsync();
            await Expect(page.Part("chart-legend").GetByRole(AriaRole.Listitem)).ToHaveCountAsync(5);
            await Expect(page.Part("chart-legend")).ToContainTextAsync("rx3");
            await page.PictureAsync("2-by-queue", whole: false);

            await DragAsync(page, 0.75f, 0.95f);
            await Expect(page.Part("chart-stretch")).ToHaveTextAsync(Stretch());
            var stretch = await page.Part("chart").GetAttributeAsync("aria-label");
            var captured = await page.Part("captured").InnerTextAsync();
            await Expect(page.Part("captured")).Not.ToHaveTextAsync(captured);
            Assert.Equal(stretch, await page.Part("chart").GetAttributeAsync("aria-label"));
            await page.PictureAsync("3-standing-still", whole: false);
            await page.Part("chart").DblClickAsync();
            await Expect(page.Part("chart-stretch")).ToHaveTextAsync("");
            await page.Part("chart-pause").ClickAsync();
            await Expect(page.Part("chart-stretch")).ToHaveTextAsync(Stretch());
            await Expect(page.Part("chart-pause")).ToHaveTextAsync("Back to live");
            await page.Part("chart-pause").ClickAsync();
            await page.Part("kind-total").ClickAsync();

            await page.Part("mode-drop").ClickAsync();
            await Expect(page.Part("confirm-drop-text")).ToContainTextAsync("are captured and go no further");
            await page.Part("confirm-drop").ClickAsync();
            await Expect(page.Part("mode-badge")).ToBeVisibleAsync();
            await page.PictureAsync("4-drop", whole: false);
            await page.Part("mode-mirror").ClickAsync();
            await Expect(page.Part("mode-badge")).ToBeHiddenAsync();
        }

        await page.Part("stop").ClickAsync();
        await Expect(page.Part("state")).ToHaveTextAsync("stopped");
        await Expect(page.Part("running-view")).ToBeHiddenAsync();
    }, name: "running-view");

    /// <summary>Nobody touches the page: the chart of the whole capture covers what has come since it was opened.</summary>
    [BrowserFact]
    public Task RatesOverTheWholeCapture_FollowWhileItRuns() => stage.TellAsync(async page =>
    {
        await page.StartCaptureAsync();
        await using var traffic = new Traffic(page.Lab);
        await page.OpenRunningAsync();
        var chart = page.Part("timeline");
        await Expect(chart).ToBeVisibleAsync();
        const string covers = "seconds => Number(document.querySelector('[data-testid=timeline]').dataset.seconds) > seconds";
        for (var seconds = 4; seconds <= 12; seconds += 4)
            await page.Page.WaitForFunctionAsync(covers, seconds);
        await page.PictureAsync("followed");
    }, name: "rates-follow");

    [BrowserTheory]
    [MemberData(nameof(AccessibilityTests.Schemes), MemberType = typeof(AccessibilityTests))]
    public Task Loss_IsMarkedOnTheTimeLineAndExplained(string scheme, ColorScheme colours) => stage.TellAsync(async page =>
    {
        await page.Part("start-engine").SelectOptionAsync("packet");
        await page.Part("snaplen-full").ClickAsync();
        await page.StartCaptureAsync();
        await page.OpenRunningAsync();
        await using (new Traffic(page.Lab))
            await Expect(page.Part("elapsed")).ToHaveTextAsync(Seconds(5));
        await Expect(page.Part("chart")).ToHaveAttributeAsync("data-losses", "0");
        await Expect(page.Part("loss-events")).ToBeHiddenAsync();

        // A console that is stopped takes nothing out of its rings.
        Tool.Run("kill", "-STOP", page.Console.ProcessId.ToString(CultureInfo.InvariantCulture));
        try
        {
            using var sender = page.Lab.OpenSender();
            sender.Flood([Frames.Udp4(new Flow { DestinationPort = Traffic.UdpPort }, LossyLength, 0)], LossyFrames);
        }
        finally
        {
            Tool.Run("kill", "-CONT", page.Console.ProcessId.ToString(CultureInfo.InvariantCulture));
        }

        await Expect(page.Part("chart")).ToHaveAttributeAsync("data-losses", "1");
        await using (new Traffic(page.Lab))
            await Expect(page.Part("elapsed")).ToHaveTextAsync(Seconds(15));
        await Expect(page.Part("loss-ring")).ToContainTextAsync("last at");
        await Expect(page.Part("loss-ring")).ToContainTextAsync("Keep less of each packet");
        await Expect(page.Part("loss-ring")).ToContainTextAsync($"ethtool -l {page.Interface}");
        await Expect(page.Part("loss-nic")).Not.ToContainTextAsync("ethtool");
        await Expect(page.Part("loss-events").Locator("tbody tr")).ToHaveCountAsync(1);
        var lost = await page.Part("lost").InnerTextAsync();
        Assert.NotEqual("0", lost);
        await Expect(page.Part("loss-events")).ToContainTextAsync(lost);
        await page.PictureAsync("marked");
        await AccessibilityTests.AssertNoneAsync(page, "at a capture that lost packets");
        await page.Part("kind-bits").ClickAsync();
        await Expect(page.Part("chart-legend")).ToContainTextAsync("bit/s");
        await AccessibilityTests.AssertNoneAsync(page, "at its queues");

        // A page that comes later is told of it, too.
        await page.Page.ReloadAsync();
        await Expect(page.Part("chart")).ToHaveAttributeAsync("data-losses", "1");
        await Expect(page.Part("loss-events")).ToContainTextAsync(lost);

        // So is one that comes when the capture has ended.
        await page.Part("stop").ClickAsync();
        await ExpectKeptAsync(page, "ring", lost);
        await AccessibilityTests.AssertNoneAsync(page, "at what a capture has lost");
        await page.PictureAsync("kept");
        using (page.Watch.ExpectOutage())
        {
            page.Console.Stop();
            page.StartConsoleAgain();
            await page.Page.ReloadAsync();
        }

        await ExpectKeptAsync(page, "ring", lost);
    }, new DashboardOptions { Colours = colours, Script = AccessibilityTests.Axe }, name: $"loss-{scheme}");

    [BrowserFact]
    public Task NarrowAndDark_NothingHangsOverTheEdge() => stage.TellAsync(async page =>
    {
        await page.StartCaptureAsync();
        await page.OpenRunningAsync();
        await using (new Traffic(page.Lab))
        {
            await Expect(page.Part("elapsed")).ToHaveTextAsync(Seconds(6));
            await page.Part("kind-bits").ClickAsync();
            await Expect(page.Part("chart-legend")).ToContainTextAsync("bit/s");
            await page.PictureAsync("live");
            Assert.Equal(0, await page.Page.EvaluateAsync<int>("() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"));
        }
    }, new DashboardOptions { Width = 360, Height = 780, Colours = ColorScheme.Dark }, name: "running-narrow-dark");

    /// <summary>What the kernel counts as rx_dropped is named, and is no loss. (Nothing here has a device that counts losses.)</summary>
    [BrowserFact]
    public Task PacketsThatTheDriverThrewAway_AreNoLoss() => stage.TellAsync(async page =>
    {
        const string tunnel = "tun7";
        const int thrown = 40;
        using var device = new TapDevice(page.Lab.CaptureSide, tunnel, ip: true);
        var packet = Frames.Udp4(new Flow(), Frames.Shortest)[Frames.EthernetLength..];
        await page.Page.ReloadAsync();
        await page.InterfaceRow(tunnel).ClickAsync();
        await page.Part("start-submit").ClickAsync();
        await page.OpenRunningAsync();
        device.Receive(0, packet);
        await Expect(page.Part("captured")).ToHaveTextAsync("1");
        await Expect(page.Part("loss-unwanted")).ToBeHiddenAsync();

        for (var i = 0; i < thrown; i++)
            device.Lose(0);

        await Expect(page.Part("loss-unwanted")).ToContainTextAsync($"rx_dropped grew by {thrown}");
        device.Receive(0, packet);
        await Expect(page.Part("captured")).ToHaveTextAsync("2");
        await Expect(page.Part("lost")).ToHaveTextAsync("0");
        await Expect(page.Part("loss-nic")).Not.ToContainTextAsync("ethtool");
        await Expect(page.Part("chart")).ToHaveAttributeAsync("data-losses", "0");
        await page.PictureAsync("live", whole: false);
        await AccessibilityTests.AssertNoneAsync(page, "at packets that are no loss");
        await page.Part("stop").ClickAsync();
        await Expect(page.Part("state")).ToHaveTextAsync("stopped");
        await Expect(page.Part("drops-unwanted")).ToContainTextAsync($"rx_dropped grew by {thrown}");
        await Expect(page.Part("summary-lost")).ToHaveTextAsync("0");
    }, new DashboardOptions { Script = AccessibilityTests.Axe }, name: "rx-dropped");

    /// <summary>The page of a capture that has ended says where and when it lost so many packets.</summary>
    internal static async Task ExpectKeptAsync(Dashboard page, string stage, string lost)
    {
        await Expect(page.Part("state")).ToHaveTextAsync("stopped");
        await Expect(page.Part("timeline")).ToHaveAttributeAsync("data-losses", "1");
        await Expect(page.Part($"drops-{stage}")).ToContainTextAsync("last at");
        await Expect(page.Part("drop-events")).ToContainTextAsync(lost);
        await Expect(page.Part("summary-lost")).ToHaveTextAsync(lost);
    }

    private static async Task DragAsync(Dashboard page, float from, float to)
    {
        var box = (await page.Part("chart").Locator(".u-over").BoundingBoxAsync())!;
        var mouse = page.Page.Mouse;
        await mouse.MoveAsync(box.X + from * box.Width, box.Y + box.Height / 2);
        await mouse.DownAsync();
        await mouse.MoveAsync(box.X + to * box.Width, box.Y + box.Height / 2, new MouseMoveOptions { Steps = 5 });
        await mouse.UpAsync();
    }

    /// <summary>So many seconds or more, up to a minute.</summary>
    private static Regex Seconds(int least) => new($"^0:({string.Join('|', Enumerable.Range(least, 60 - least).Select(second => second.ToString("D2", CultureInfo.InvariantCulture)))})$");

    [GeneratedRegex(@"\d|year")]
    private static partial Regex Words();

    [GeneratedRegex(@"^Paused: [\d:]{8} to [\d:]{8} \(.+\)$")]
    private static partial Regex Stretch();
}
