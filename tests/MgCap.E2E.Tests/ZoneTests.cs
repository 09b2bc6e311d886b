using System.Text.RegularExpressions;
using MgCap.Capture;
using MgCap.Testing;
using Microsoft.Playwright;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>Times are shown in one zone, which the page names: here on the morning when New York's clocks show an hour twice.</summary>
[Collection(nameof(ReadingStage))]
public sealed class ZoneTests(BrowserStage stage)
{
    private const int Packets = 900;
    private const long Apart = 10_000_000_000;

    private static readonly DashboardOptions _morning = new()
    {
        Path = StoredCapture.Page,
        Zone = "America/New_York",
        Prepare = data =>
        {
            StoredCapture.Write(data, Enumerable.Repeat(Frames.Udp4(new Flow(), 100), Packets), Apart, start: Timestamp.Parse("2026-11-01T05:00:00Z"));
            StoredCapture.Enter(data, 1);
        },
    };

    [BrowserFact]
    public Task Times_SayTheirZone_WhichCanBeChosen() => stage.TellAsync(async page =>
    {
        var started = page.Page.Locator("#capture-head [data-part=started]");
        await Expect(page.Part("progress")).ToHaveTextAsync("900 packets");
        await Expect(page.Part("zone")).ToHaveValueAsync("America/New_York");
        await Expect(started).ToHaveTextAsync("2026-11-01 01:00:00-04:00");
        await Expect(page.Page.Locator("#capture-head [data-part=stopped]")).ToHaveTextAsync("2026-11-01 02:29:50-05:00");
        await Expect(page.Part("packet-facts")).ToContainTextAsync("2026-11-01 01:00:00.000000000-04:00");
        await Expect(page.Page.Locator("label[for=range-from]")).ToContainTextAsync("America/New_York");
        await page.Part("clock-local").ClickAsync();
        await Expect(page.PacketRow(1).Locator("[data-part=time]")).ToHaveTextAsync("01:00:00.000000000-04:00");
        await page.PictureAsync("new-york");

        await page.Part("zone").SelectOptionAsync("UTC");

        await Expect(started).ToHaveTextAsync("2026-11-01 05:00:00Z");
        await Expect(page.Part("packet-facts")).ToContainTextAsync("2026-11-01 05:00:00.000000000Z");
        await Expect(page.PacketRow(1).Locator("[data-part=time]")).ToHaveTextAsync("05:00:00.000000000");
        await Expect(page.Page.Locator("label[for=range-from]")).ToContainTextAsync("UTC");
        await page.PictureAsync("utc");
        await page.Page.GotoAsync("/");
        await Expect(page.Part("zone")).ToHaveValueAsync("UTC");
        await Expect(page.Row.GetByTestId("started")).ToHaveAttributeAsync("title", "2026-11-01 05:00:00Z");
    }, _morning, name: "zone");

    /// <summary>A field that is not touched stays the moment that it is, whatever its text could mean.</summary>
    [BrowserFact]
    public Task OneEndOfARange_IsChangedAlone() => stage.TellAsync(async page =>
    {
        var (from, to) = (page.Part("range-from"), page.Part("range-to"));
        await Expect(page.Part("download-part")).ToBeVisibleAsync();
        await WriteAsync(from, "2026-11-01T06:07:21.5Z");
        await WriteAsync(to, "2026-11-01T06:22:20Z");
        await Expect(from).ToHaveValueAsync("2026-11-01 01:07:21.500000000-05:00");
        await Expect(to).ToHaveValueAsync("2026-11-01 01:22:20.000000000-05:00");

        await WriteAsync(to, "2026-11-01 01:22:20.25-05:00");

        await Expect(page.Part("download-part")).ToHaveAttributeAsync("href", Part("2026-11-01T06:07:21.500000000Z", "2026-11-01T06:22:20.250000000Z"));
        await WriteAsync(from, "+4000 s");
        await WriteAsync(to, "+5000 s");
        await Expect(page.Part("download-part")).ToHaveAttributeAsync("href", Part("2026-11-01T06:06:40.000000000Z", "2026-11-01T06:23:20.000000000Z"));
    }, _morning);

    /// <summary>A time as the page shows it, in a display filter, finds what is shown at that time or later.</summary>
    [BrowserFact]
    public Task TimesInADisplayFilter_MeanTheZoneThatIsShown() => stage.TellAsync(async page =>
    {
        await Expect(page.Part("progress")).ToHaveTextAsync("900 packets");
        await page.FilterAsync("frame.time >= \"2026-11-01 02:15:00\"");
        await Expect(page.Part("progress")).ToHaveTextAsync("90 matches in 900 packets");
        await page.Part("zone").SelectOptionAsync("UTC");
        await Expect(page.Part("progress")).ToHaveTextAsync("900 matches in 900 packets");
    }, _morning);

    private static async Task WriteAsync(ILocator field, string text)
    {
        await field.FillAsync(text);
        await field.PressAsync("Enter");
    }

    private static Regex Part(string from, string to) => new($"from={Regex.Escape(Uri.EscapeDataString(from))}&to={Regex.Escape(Uri.EscapeDataString(to))}$");
}
