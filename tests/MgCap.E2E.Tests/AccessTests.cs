using System.Text.RegularExpressions;
using MgCap.Testing;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>Somebody whom the console does not know: signing in, what a role sees, signing out; and tokens by their page.</summary>
[Collection(nameof(BrowserStage))]
public sealed partial class AccessTests(BrowserStage stage)
{
    // As a proxy would say it: nobody is known by such a connection.
    private static readonly Dictionary<string, string> _stranger = new() { ["X-Forwarded-For"] = "203.0.113.7" };

    [BrowserFact]
    public Task Stranger_SignsIn_AndComesBackToWhereTheyWere() => stage.TellAsync(async page =>
    {
        var token = RunMgcap(page, "token", "add", "watcher", "--role", "viewer");
        await page.StartCaptureAsync();
        await page.Part("stop").ClickAsync();
        await Expect(page.Row).ToHaveCountAsync(1);
        page.Watch.ExpectRefusal("401 POST /api/session");
        page.Watch.ExpectStranger();

        await page.Page.Context.SetExtraHTTPHeadersAsync(_stranger);
        await page.Page.GotoAsync(new Uri(page.Address, "schedules.html").ToString());
        await Expect(page.Part("token")).ToBeVisibleAsync();
        await page.PictureAsync("1-sign-in");
        await page.Part("token").FillAsync("mgcap_wrong");
        await page.Part("sign-in").ClickAsync();
        await Expect(page.Part("sign-in-error")).ToContainTextAsync("none of this console's");
        await page.Part("token").FillAsync(token);
        await page.Part("sign-in").ClickAsync();
        await Expect(page.Part("schedules-empty")).ToContainTextAsync("No schedule yet");
        await Expect(page.Part("account-name")).ToHaveTextAsync("token watcher (viewer)");

        await page.Part("back").ClickAsync();
        await Expect(page.Connection).ToHaveTextAsync("Live");
        await Expect(page.Row).ToHaveCountAsync(1);
        await Expect(page.Part("account-name")).ToHaveTextAsync("token watcher (viewer)");
        await Expect(page.Part("start-form")).ToBeHiddenAsync();
        await Expect(page.Row.GetByTestId("delete")).ToBeHiddenAsync();
        await Expect(page.Part("tokens-link")).ToBeHiddenAsync();
        await page.PictureAsync("2-viewer");
        await page.Page.SetViewportSizeAsync(390, 844);
        await page.PictureAsync("3-viewer-narrow");
        await page.Part("sign-out").ClickAsync();
        await Expect(page.Part("token")).ToBeVisibleAsync();
        await page.PictureAsync("4-signed-out-narrow");
    }, name: "sign-in");

    [BrowserFact]
    public Task LinkOfMgcapOpen_SignsIn_Once() => stage.TellAsync(async page =>
    {
        page.Watch.ExpectStranger();
        page.Watch.ExpectRefusal("401 POST /api/session");
        var link = RunMgcap(page, "open");
        await page.Page.Context.SetExtraHTTPHeadersAsync(_stranger);

        await page.Page.GotoAsync(link);
        await Expect(page.Connection).ToHaveTextAsync("Live");
        await Expect(page.Part("account-name")).ToHaveTextAsync("root (admin)");
        await page.Page.GotoAsync("about:blank");
        await page.Page.GotoAsync(link);
        await Expect(page.Part("sign-in-error")).ToContainTextAsync("was used before");
    }, name: "sign-in-by-link");

    [BrowserFact]
    public Task Tokens_AreMadeShownOnceAndRevoked() => stage.TellAsync(async page =>
    {
        page.Watch.ExpectRefusal("400 POST /api/tokens");
        await page.Part("tokens-link").ClickAsync();
        await Expect(page.Part("tokens-empty")).ToHaveTextAsync("No token yet.");
        await page.Part("token-add").ClickAsync();
        await Expect(page.Part("tokens-error")).ToContainTextAsync("name must be given");
        await page.Part("token-name").FillAsync("nightly job");
        await page.Part("token-role").SelectOptionAsync("operator");
        await page.Part("token-days").FillAsync("90");
        await page.Part("token-add").ClickAsync();
        await Expect(page.Part("token-text")).ToHaveTextAsync(TokenText());
        await Expect(page.Part("token-row").GetByTestId("facts")).ToContainTextAsync("made by root");
        await page.PictureAsync("1-made");
        await page.Page.SetViewportSizeAsync(390, 844);
        await page.PictureAsync("2-narrow");

        await page.Page.ReloadAsync();
        await Expect(page.Part("token-row").GetByTestId("name")).ToHaveTextAsync("nightly job");
        await Expect(page.Part("token-made")).ToBeHiddenAsync();
        await page.Part("revoke").ClickAsync();
        await page.Part("confirm-delete").ClickAsync();
        await Expect(page.Part("tokens-empty")).ToHaveTextAsync("No token yet.");
    }, name: "tokens");

    private static string RunMgcap(Dashboard page, params string[] arguments) =>
        page.Lab.CaptureSide.Exec(BuiltPrograms.CommandLine, [.. arguments, "--server", page.Address.ToString()]).Trim();

    [GeneratedRegex("^mgcap_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$")]
    private static partial Regex TokenText();
}
