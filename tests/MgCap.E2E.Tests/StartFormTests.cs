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
    public Task Disk_IsMeasuredWhenAsked() => stage.TellAsync(async page =>
    {
        await page.Part("measure-disk").ClickAsync();

        await Expect(page.Part("disk-text")).ToContainTextAsync("packets a second of 96 bytes", new() { Timeout = 20_000 });
        await page.PictureAsync("measured");
    }, name: "disk");

    [BrowserFact]
    public Task TextForANumber_IsSaidWithoutAskingTheConsole() => stage.TellAsync(async page =>
    {
        await page.InterfaceRow(page.Interface).ClickAsync();
        await page.Part("start-seconds").FillAsync("a minute");
        await page.Part("start-submit").ClickAsync();
        await Expect(page.Part("error-stop.seconds")).ToHaveTextAsync("must be a number");
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
        await Expect(page.Row.GetByTestId("reason")).ToHaveTextAsync("interface went away");
        await page.PictureAsync("stopped");
    }, name: "interface-deleted");

    [BrowserFact]
    public Task Filter_IsTakenFromWhatIsCommonAndWhatWasUsed() => stage.TellAsync(async page =>
    {
        await page.Part("filter-ideas").SelectOptionAsync("port 53");
        await Expect(page.Part("start-filter")).ToHaveValueAsync("port 53");
        await Expect(page.Part("start-filter")).ToBeFocusedAsync();
        await Expect(page.Part("filter-status")).ToHaveAttributeAsync("data-state", "valid");
        await page.Part("start-filter").FillAsync("udp port 5000");
        await page.StartCaptureAsync();
        await page.Page.ReloadAsync();
        await Expect(page.Part("start-filter")).ToHaveValueAsync("");
        await Expect(page.Part("filter-ideas").Locator("optgroup").First).ToHaveAttributeAsync("label", "Recent");
        await page.Part("filter-ideas").SelectOptionAsync("udp port 5000");
        await Expect(page.Part("start-filter")).ToHaveValueAsync("udp port 5000");
        await page.PictureAsync("1-taken");
    }, name: "filter-ideas");

    [BrowserFact]
    public Task Commands_StartWhatTheFormWouldStart() => stage.TellAsync(async page =>
    {
        await page.InterfaceRow(page.Interface).ClickAsync();
        await Expect(page.Part("dump-command")).ToHaveTextAsync($"sudo mgcap dump -i {page.Interface} -w {page.Interface}.pcapng");
        await page.Part("start-name").FillAsync("it's noon");
        await page.Part("start-filter").FillAsync("udp and not port 53");
        await page.Part("snaplen-128").ClickAsync();
        await page.Part("start-packets").FillAsync("1000");
        await Expect(page.Part("dump-command")).ToContainTextAsync("-s 128 -f 'udp and not port 53' -c 1000");
        await page.PictureAsync("1-shown");

        // The very text of the page, run by a shell.
        var curl = await page.Part("curl-command").InnerTextAsync();
        page.Lab.CaptureSide.Exec("sh", "-c", curl);
        await Expect(page.Card.GetByTestId("title")).ToHaveTextAsync("it's noon");
        await Expect(page.Card.GetByTestId("facts")).ToContainTextAsync("first 128 B");

        await page.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.Part("copy-curl").ClickAsync();
        await Expect(page.Part("copy-curl")).ToHaveTextAsync("Copied");
        Assert.Equal(curl, await page.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
    }, name: "commands");

    [BrowserFact]
    public Task FinishedCapture_IsRepeatedWithItsSettings() => stage.TellAsync(async page =>
    {
        await page.Part("start-name").FillAsync("first");
        await page.Part("start-comment").FillAsync("the one before");
        await page.Part("start-filter").FillAsync("udp port 5000");
        await page.Part("snaplen-256").ClickAsync();
        await page.Part("start-engine").SelectOptionAsync("packet");
        await page.Part("start-direction").SelectOptionAsync("in");
        await page.Part("start-promiscuous").UncheckAsync();
        await page.Part("start-seconds").FillAsync("600");
        await page.StartCaptureAsync();
        await page.Card.GetByTestId("stop").ClickAsync();
        await Expect(page.Row.GetByTestId("state")).ToHaveTextAsync("stopped");
        await page.Page.ReloadAsync();
        await page.InterfaceRow("lo").ClickAsync();

        await page.Row.GetByTestId("repeat").ClickAsync();
        await AssertTakenOverAsync(page);
        await Expect(page.Part("start-submit")).ToBeFocusedAsync();
        await page.PictureAsync("1-taken-over");

        var link = await page.Row.GetByTestId("repeat").GetAttributeAsync("href");
        await page.Page.GotoAsync($"/{link}");
        await AssertTakenOverAsync(page);
        Assert.DoesNotContain("repeat", page.Page.Url, StringComparison.Ordinal);
        await page.Part("start-submit").ClickAsync();
        await Expect(page.Card.GetByTestId("facts")).ToContainTextAsync("packet");
        await Expect(page.Card.GetByTestId("title")).ToHaveTextAsync("first");

        await page.Card.GetByTestId("stop").ClickAsync();
        await Expect(page.Row).ToHaveCountAsync(2);
    }, name: "repeated");

    [BrowserFact]
    public Task CaptureThatIsGone_CannotBeRepeated() => stage.TellAsync(async page =>
    {
        page.Watch.ExpectRefusal("404 GET /api/captures/01990000-0000-7000-8000-00000000dead");
        await page.Page.GotoAsync("/?repeat=01990000-0000-7000-8000-00000000dead");
        await Expect(page.Part("form-error")).ToContainTextAsync("could not be taken over");
    }, name: "not-repeated");

    private static async Task AssertTakenOverAsync(Dashboard page)
    {
        await Expect(page.Part("start-name")).ToHaveValueAsync("first");
        await Expect(page.Part("start-comment")).ToHaveValueAsync("the one before");
        await Expect(page.Part("start-filter")).ToHaveValueAsync("udp port 5000");
        await Expect(page.Part("filter-status")).ToHaveAttributeAsync("data-state", "valid");
        await Expect(page.Part("start-snaplen")).ToHaveValueAsync("256");
        await Expect(page.Part("snaplen-256")).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.Part("start-engine")).ToHaveValueAsync("packet");
        await Expect(page.Part("start-direction")).ToHaveValueAsync("in");
        await Expect(page.Part("start-promiscuous")).Not.ToBeCheckedAsync();
        await Expect(page.Part("start-seconds")).ToHaveValueAsync("600");
        await Expect(page.Part("start-interface")).ToHaveValueAsync(page.Interface);
    }

    [GeneratedRegex(@"\bup\b")]
    private static partial Regex Up();
}
