using System.Text.RegularExpressions;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>What the console refuses is said at the field that it is about.</summary>
[Collection(nameof(BrowserStage))]
public sealed partial class StartFormTests(BrowserStage stage)
{
    // Of its own, so that the cable stays up for the other stories.
    private const string Idle = "idle0";

    [BrowserFact]
    public Task WrongNumbers_AreSaidAtTheirFields() => stage.TellAsync(async page =>
    {
        page.Watch.ExpectRefusal("400 POST /api/captures");
        await page.InterfaceRow(page.Interface).ClickAsync();
        await page.Part("start-snaplen").FillAsync("13");
        await page.Part("start-packets").FillAsync("-1");
        await page.Part("start-submit").ClickAsync();

        await Expect(page.Part("error-snaplen")).ToContainTextAsync("from 14 to 262144");
        await Expect(page.Part("error-stop.packets")).ToContainTextAsync("0 (no limit) or more");
        await Expect(page.Part("start-snaplen")).ToBeFocusedAsync();
        await Expect(page.Part("start-snaplen")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.Part("error-interface")).ToBeHiddenAsync();
        await Expect(page.Part("form-error")).ToBeHiddenAsync();
        await page.PictureAsync("refused");

        await page.Part("start-snaplen").FillAsync("14");
        await Expect(page.Part("error-snaplen")).ToBeHiddenAsync();
        await page.Part("start-packets").FillAsync("");
        await page.Part("start-submit").ClickAsync();
        await Expect(page.Card.GetByTestId("state")).ToHaveTextAsync("running");
    }, name: "wrong-numbers");

    [BrowserFact]
    public Task TextForANumber_IsSaidWithoutAskingTheConsole() => stage.TellAsync(async page =>
    {
        await page.InterfaceRow(page.Interface).ClickAsync();
        await page.Part("start-seconds").FillAsync("a minute");
        await page.Part("start-submit").ClickAsync();
        await Expect(page.Part("error-stop.seconds")).ToHaveTextAsync("must be a whole number");
        await Expect(page.Part("start-seconds")).ToBeFocusedAsync();
        await Expect(page.Card).ToHaveCountAsync(0);
    }, name: "text-for-a-number");

    [BrowserFact]
    public Task InterfaceThatIsDown_IsSaidAtTheInterface() => stage.TellAsync(async page =>
    {
        using var idle = new IdleInterface(page.Lab.CaptureSide, Idle);
        page.Watch.ExpectRefusal("409 POST /api/captures");
        await Expect(page.InterfaceRow(Idle)).ToContainTextAsync("down");
        await page.InterfaceRow(Idle).ClickAsync();
        await page.Part("start-submit").ClickAsync();
        await Expect(page.Part("error-interface")).ToContainTextAsync($"ip link set {Idle} up");
        await Expect(page.Part("start-interface")).ToBeFocusedAsync();
        await page.PictureAsync("refused");

        idle.BringUp();
        await Expect(page.InterfaceRow(Idle)).ToContainTextAsync(Up());
        await page.Part("start-submit").ClickAsync();
        await Expect(page.Card.GetByTestId("state")).ToHaveTextAsync("running");
        await Expect(page.Part("error-interface")).ToBeHiddenAsync();
    }, name: "interface-down");

    [BrowserFact]
    public Task InterfaceThatIsGone_IsSaidAtTheInterface() => stage.TellAsync(async page =>
    {
        using var idle = new IdleInterface(page.Lab.CaptureSide, Idle);
        page.Watch.ExpectRefusal("404 POST /api/captures");
        await page.InterfaceRow(Idle).ClickAsync();
        idle.Dispose();
        await Expect(page.InterfaceRow(Idle)).ToHaveCountAsync(0);
        await Expect(page.Part("start-interface").Locator("option:checked")).ToHaveTextAsync($"{Idle} (gone)");
        await page.Part("start-submit").ClickAsync();
        await Expect(page.Part("error-interface")).ToContainTextAsync("This interface is gone");
        await page.PictureAsync("refused");
    }, name: "interface-gone");

    [BrowserFact]
    public Task InterfaceDeletedWhileCapturing_EndsTheCaptureInPlainWords() => stage.TellAsync(async page =>
    {
        using var idle = new IdleInterface(page.Lab.CaptureSide, Idle);
        idle.BringUp();
        await Expect(page.InterfaceRow(Idle)).ToContainTextAsync(Up());
        await page.InterfaceRow(Idle).ClickAsync();
        await page.Part("start-submit").ClickAsync();
        await Expect(page.Card.GetByTestId("state")).ToHaveTextAsync("running");
        idle.Dispose();
        await Expect(page.Row.GetByTestId("state")).ToHaveTextAsync("stopped");
        await Expect(page.Row.GetByTestId("reason")).ToHaveTextAsync("interface went down");
        await page.PictureAsync("stopped");
    }, name: "interface-deleted");

    [GeneratedRegex(@"\bup\b")]
    private static partial Regex Up();
}
