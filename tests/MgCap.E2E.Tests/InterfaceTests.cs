using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>Where traffic is, and what an interface can do, is seen before anything is captured.</summary>
[Collection(nameof(BrowserStage))]
public sealed partial class InterfaceTests(BrowserStage stage)
{
    [BrowserFact]
    public Task Traffic_IsSeenAtItsInterfaceBeforeAnythingIsCaptured() => stage.TellAsync(async page =>
    {
        var row = page.InterfaceRow(page.Interface);
        await Expect(row.GetByTestId("received-bits")).ToHaveTextAsync("0\u00a0bit/s");
        await using (new Traffic(page.Lab))
        {
            await Expect(row.GetByTestId("received-bits")).ToHaveTextAsync(Megabits());
            await Expect(row.GetByTestId("received-packets")).ToHaveTextAsync(Packets());
            await Expect(row.GetByTestId("sent-packets")).ToHaveTextAsync("");
            await page.PictureAsync("1-flowing");
        }

        await Expect(row.GetByTestId("received-bits")).ToHaveTextAsync("0\u00a0bit/s");
    }, name: "interface-rates");

    [BrowserFact]
    public Task ChosenInterface_SaysWhatItCanDo() => stage.TellAsync(async page =>
    {
        await page.InterfaceRow(page.Interface).ClickAsync();
        var details = page.Part("interface-details");
        await Expect(details).ToContainTextAsync("veth");
        await Expect(details).ToContainTextAsync("EN10MB");
        await Expect(page.Part("interface-queues")).ToHaveTextAsync($"{page.Lab.Options.Queues}");
        await Expect(details).ToContainTextAsync("packet available");
        await Expect(details).ToContainTextAsync("kmod not available: ");
        await Expect(page.Part("hwtstamp-state")).ToHaveTextAsync("this device makes none");
        await Expect(page.Part("hwtstamp-switch")).ToBeHiddenAsync();
        await Expect(page.Part("start-hwtstamp")).ToBeDisabledAsync();
        await Expect(page.Part("hwtstamp-note")).ToContainTextAsync($"{page.Interface} has no card that stamps packets");
    }, name: "interface-details");

    /// <summary>No device of this laboratory stamps packets: what the console would answer with one is put in its place here.</summary>
    [BrowserFact]
    public Task SwitchOfTimeStamps_ShowsTheStateReadBackAndWhatIsRefused() => stage.TellAsync(async page =>
    {
        var enabled = false;
        var interfaces = JsonNode.Parse(await page.Page.EvaluateAsync<string>("async () => (await fetch('/api/interfaces')).text()"))!.AsArray();
        await page.Page.RouteAsync("**/api/interfaces", route =>
        {
            foreach (var each in interfaces)
                each!["hwtstamp"] = Stamping(enabled);
            return route.FulfillAsync(new RouteFulfillOptions { ContentType = "application/json", Body = interfaces.ToJsonString() });
        });
        await page.Page.RouteAsync("**/api/interfaces/lo/hwtstamp", async route =>
        {
            var wanted = JsonNode.Parse(route.Request.PostData!)!["enabled"]!.GetValue<bool>();
            enabled = enabled || wanted;
            await route.FulfillAsync(wanted
                ? new RouteFulfillOptions { ContentType = "application/json", Body = Stamping(true).ToJsonString() }
                : new RouteFulfillOptions
                {
                    Status = 409,
                    ContentType = "application/problem+json",
                    Body = """{ "title": "The interface is in use.", "status": 409, "code": "interface_busy", "detail": "A capture needs the stamps." }""",
                });
        });
        page.Watch.ExpectRefusal("409 PUT /api/interfaces/lo/hwtstamp");

        await page.InterfaceRow("lo").ClickAsync();
        var stamps = page.Part("hwtstamp-switch");
        await Expect(stamps).ToHaveAttributeAsync("aria-checked", "false");
        await Expect(page.Part("hwtstamp-state")).ToContainTextAsync("off");
        await Expect(page.Part("start-hwtstamp")).ToBeEnabledAsync();
        await stamps.ClickAsync();
        await Expect(stamps).ToHaveAttributeAsync("aria-checked", "true");
        await Expect(page.Part("hwtstamp-state")).ToContainTextAsync("every received packet");
        await stamps.PressAsync("Space");
        await Expect(page.Part("hwtstamp-error")).ToHaveTextAsync("Could not be switched: A capture needs the stamps.");
        await page.PictureAsync("1-refused");
    }, name: "hwtstamp-switch");

    private static JsonObject Stamping(bool enabled) => new()
    {
        ["supported"] = true,
        ["enabled"] = enabled,
        ["rxFilter"] = enabled ? "all" : "none",
        ["txType"] = "off",
        ["phcIndex"] = 0,
    };

    [GeneratedRegex(@"^[1-9][0-9.]*\s[kM]bit/s$")]
    private static partial Regex Megabits();

    [GeneratedRegex(@"^[1-9][0-9.]*\sk?pps$")]
    private static partial Regex Packets();
}
