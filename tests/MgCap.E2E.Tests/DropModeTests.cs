using MgCap.Testing;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>Dropping is asked about before it happens, and can be taken back while the capture runs.</summary>
[Collection(nameof(BrowserStage))]
public sealed class DropModeTests(BrowserStage stage)
{
    [XdpBrowserFact]
    public Task RunningCapture_IsSwitchedToDropAndBack() => stage.TellAsync(async page =>
    {
        await page.StartCaptureAsync();
        var (mirror, drop) = (page.Card.GetByTestId("mode-mirror"), page.Card.GetByTestId("mode-drop"));
        await Expect(mirror).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.Card.GetByTestId("facts")).ToContainTextAsync("mirror");
        await Expect(page.Card.GetByTestId("mode-badge")).ToBeHiddenAsync();
        await page.PictureAsync("1-mirror");

        await drop.ClickAsync();
        await Expect(page.Part("confirm-drop-text")).ToContainTextAsync($"received and sent on {page.Interface} are captured and go no further");
        await Expect(page.Part("cancel-drop")).ToBeFocusedAsync();
        await page.PictureAsync("2-asked", whole: false);
        await page.Part("cancel-drop").ClickAsync();
        await Expect(mirror).ToHaveAttributeAsync("aria-pressed", "true");

        await drop.ClickAsync();
        await page.Part("confirm-drop").ClickAsync();
        await Expect(drop).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.Card.GetByTestId("mode-badge")).ToBeVisibleAsync();
        await Expect(page.Card.GetByTestId("facts")).ToContainTextAsync("drop");
        await page.PictureAsync("3-drop");

        await mirror.ClickAsync();
        await Expect(mirror).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.Card.GetByTestId("mode-badge")).ToBeHiddenAsync();
        await Expect(page.Card.GetByTestId("engine-reason")).ToBeHiddenAsync();
    }, name: "drop-switched");

    [XdpBrowserFact]
    public Task SecondCapture_SaysWhyItIsSlower() => stage.TellAsync(async page =>
    {
        await page.StartCaptureAsync();
        await page.Part("start-submit").ClickAsync();
        await Expect(page.Card).ToHaveCountAsync(2);
        await Expect(page.Card.First.GetByTestId("engine-reason")).ToContainTextAsync("Why packet? xdp: The interface");
        await Expect(page.Card.First.GetByTestId("modes")).ToBeHiddenAsync();
        await page.PictureAsync("1-beside");
    }, name: "second-capture");

    [XdpBrowserFact]
    public Task DefaultRoute_IsDroppedOnlyWhereTheUserInsists() => stage.TellAsync(async page =>
    {
        using var route = new DefaultRoute(page.Lab.CaptureSide, page.Interface);
        page.Watch.ExpectRefusal("409 POST /api/captures");
        page.Watch.ExpectRefusal("409 POST /api/captures");
        await page.InterfaceRow(page.Interface).ClickAsync();
        await page.Part("start-mode-drop").ClickAsync();
        await Expect(page.Part("start-direction")).ToHaveValueAsync("in");
        await Expect(page.Part("mode-note")).ToContainTextAsync("does not reach this machine");
        await page.PictureAsync("1-chosen");

        await page.Part("start-submit").ClickAsync();
        await Expect(page.Part("confirm-drop-title")).ToHaveTextAsync("Drop these packets?");
        await page.Part("confirm-drop").ClickAsync();
        await Expect(page.Part("confirm-drop-title")).ToHaveTextAsync("This may cut you off");
        await Expect(page.Part("confirm-drop-text")).ToContainTextAsync("carries this host's default route");
        await page.PictureAsync("2-refused", whole: false);
        await page.Part("cancel-drop").ClickAsync();
        await Expect(page.Part("start-submit")).ToHaveTextAsync("Start capture");
        await Expect(page.Card).ToHaveCountAsync(0);

        await page.Part("start-submit").ClickAsync();
        await page.Part("confirm-drop").ClickAsync();
        await Expect(page.Part("confirm-drop")).ToHaveTextAsync("Drop anyway");
        await page.Part("confirm-drop").ClickAsync();
        await Expect(page.Card.GetByTestId("mode-badge")).ToBeVisibleAsync();
    }, name: "drop-insisted");

    [BrowserFact]
    public Task PacketEngine_OffersNoDrop() => stage.TellAsync(async page =>
    {
        await page.Part("start-engine").SelectOptionAsync("packet");
        await Expect(page.Part("start-mode-drop")).ToBeDisabledAsync();
        await Expect(page.Part("mode-note")).ToHaveTextAsync("Engine packet cannot drop packets.");
        await page.StartCaptureAsync();
        await Expect(page.Card.GetByTestId("facts")).ToContainTextAsync("mirror");
        await Expect(page.Card.GetByTestId("modes")).ToBeHiddenAsync();
    }, name: "no-drop");

    private sealed class DefaultRoute : IDisposable
    {
        private readonly NetworkNamespace _side;
        private readonly string _name;

        internal DefaultRoute(NetworkNamespace side, string name)
        {
            (_side, _name) = (side, name);
            side.Ip("route", "add", "default", "dev", name);
        }

        public void Dispose() => _side.Ip("route", "delete", "default", "dev", _name);
    }
}
