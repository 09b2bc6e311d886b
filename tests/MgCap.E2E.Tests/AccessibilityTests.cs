using MgCap.Testing;
using MgCap.Web.Tests.Support;
using Microsoft.Playwright;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>axe-core finds nothing that keeps people from using a page.</summary>
[Collection(nameof(ReadingStage))]
public sealed class AccessibilityTests(BrowserStage stage)
{
    private const string Violations = """
        async () => {
          const { violations } = await axe.run();
          return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`).join('\n');
        }
        """;

    internal static string Axe { get; } = Path.Combine(Repository.Root, "tests", "MgCap.E2E.Tests", "lib", "axe", "axe.min.js");

    public static TheoryData<string, ColorScheme> Schemes => new()
    {
        { "light", ColorScheme.Light },
        { "dark", ColorScheme.Dark },
    };

    [BrowserTheory]
    [MemberData(nameof(Schemes))]
    public Task ListAndForm_HaveNoViolation(string scheme, ColorScheme colours) => stage.TellAsync(async page =>
    {
        page.Watch.ExpectRefusal("400 POST /api/captures");
        await Expect(page.Row.First).ToBeVisibleAsync();
        await AssertNoneAsync(page, "with many captures");
        await page.Row.First.GetByTestId("edit").ClickAsync();
        await AssertNoneAsync(page, "while one is renamed");
        await page.Part("search-text").FillAsync("nowhere to be found");
        await Expect(page.Part("show-all")).ToBeVisibleAsync();
        await page.Part("start-filter").FillAsync("udp prt 1");
        await Expect(page.Part("filter-status")).ToHaveAttributeAsync("data-state", "invalid");
        await page.Part("start-packets").FillAsync("-1");
        await page.Part("start-snaplen").FillAsync("13");
        await page.Part("start-submit").ClickAsync();
        await Expect(page.Part("error-snaplen")).ToBeVisibleAsync();
        await AssertNoneAsync(page, "with everything wrong");
        await page.PictureAsync("wrong");
        await page.Part("show-all").ClickAsync();
        await page.Row.Nth(1).GetByTestId("delete").ClickAsync();
        await Expect(page.Part("cancel-delete")).ToBeFocusedAsync();
        await AssertNoneAsync(page, "while asking");
    }, new DashboardOptions { Colours = colours, Script = Axe, Prepare = data => ManyCaptures.Write(data, 30) }, name: $"accessible-list-{scheme}");

    [BrowserTheory]
    [MemberData(nameof(Schemes))]
    public Task Pages_HaveNoViolation(string scheme, ColorScheme colours) => stage.TellAsync(async page =>
    {
        await Expect(page.InterfaceRow(page.Interface)).ToBeVisibleAsync();
        await AssertNoneAsync(page, "before the first capture");
        await page.StartCaptureAsync();
        await AssertNoneAsync(page, "with a running capture");
        await page.Card.GetByTestId("title").ClickAsync();
        await Expect(page.Part("to-running")).ToBeVisibleAsync();
        await AssertNoneAsync(page, "at the page of a running capture");
        await page.Page.GoBackAsync();
        await page.StopAndOpenAsync();
        await Expect(page.Part("packet-title")).ToHaveTextAsync("Packet 1");
        await Expect(page.Part("conversations")).ToBeVisibleAsync();
        await page.Part("tree").GetByText("Ethernet II").DblClickAsync();
        await AssertNoneAsync(page, "at the page of a finished capture");
        await page.PictureAsync("finished");
    }, new DashboardOptions { Colours = colours, Script = Axe }, name: $"accessible-{scheme}");

    [BrowserTheory]
    [MemberData(nameof(Schemes))]
    public Task SigningInAndTokens_HaveNoViolation(string scheme, ColorScheme colours) => stage.TellAsync(async page =>
    {
        await page.Part("tokens-link").ClickAsync();
        await page.Part("token-name").FillAsync("nightly job");
        await page.Part("token-add").ClickAsync();
        await Expect(page.Part("token-text")).ToBeVisibleAsync();
        await AssertNoneAsync(page, "with a token");
        await page.Page.GotoAsync(new Uri(page.Address, "sign-in.html").ToString());
        await page.Part("sign-in").ClickAsync();
        await Expect(page.Part("sign-in-error")).ToBeVisibleAsync();
        await AssertNoneAsync(page, "where somebody signs in");
        await page.PictureAsync("sign-in");
    }, new DashboardOptions { Colours = colours, Script = Axe }, name: $"accessible-access-{scheme}");

    /// <summary>Fails where axe-core finds something; the page has been opened with <see cref="Axe"/>.</summary>
    internal static async Task AssertNoneAsync(Dashboard page, string where)
    {
        var violations = await page.Page.EvaluateAsync<string>(Violations);
        Assert.True(violations.Length == 0, $"{where}:\n{violations}");
    }
}
