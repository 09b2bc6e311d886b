using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>What stories do at the page of one capture.</summary>
internal static partial class CapturePage
{
    /// <summary>The row that is chosen in the list of packets.</summary>
    public static ILocator ChosenRow(this Dashboard page) => page.Page.Locator("[data-testid=packet-row][aria-selected=true]");

    /// <summary>The line that is chosen in a packet's tree.</summary>
    public static ILocator ChosenField(this Dashboard page) => page.Page.Locator("[role=treeitem][aria-selected=true]");

    /// <summary>A packet's row, while it is seen.</summary>
    public static ILocator PacketRow(this Dashboard page, long number) => page.Page.Locator($"[data-testid=packet-row][data-number='{number}']:visible");

    /// <summary>The bytes that are marked as those of the chosen field.</summary>
    public static ILocator MarkedBytes(this Dashboard page) => page.Part("bytes").Locator(".byte.marked");

    /// <summary>Where the API has the capture whose page is open.</summary>
    public static string CaptureAddress(this Dashboard page) => $"/api/captures/{page.Page.Url.Split("id=")[1]}";

    /// <summary>Captures two thousand packets or more, stops, and opens the capture's page by its title.</summary>
    /// <returns>How many packets were captured.</returns>
    public static async Task<int> CaptureAndOpenAsync(this Dashboard page)
    {
        await page.StartCaptureAsync();
        return await page.StopAndOpenAsync();
    }

    /// <summary>The same with a capture that runs already.</summary>
    public static async Task<int> StopAndOpenAsync(this Dashboard page)
    {
        await using (new Traffic(page.Lab))
            await Expect(page.Card.GetByTestId("captured")).ToHaveTextAsync(TwoThousand());
        await page.Card.GetByTestId("stop").ClickAsync();
        await Expect(page.Row.GetByTestId("state")).ToHaveTextAsync("stopped");
        var packets = int.Parse(await page.Row.GetByTestId("packets").InnerTextAsync(), NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        await page.Row.GetByTestId("title").ClickAsync();
        await Expect(page.Part("progress")).ToHaveTextAsync($"{Grouped(packets)} packets");
        return packets;
    }

    /// <summary>Opens the page of the capture that runs, by its title, and waits for its first figures.</summary>
    public static async Task OpenRunningAsync(this Dashboard page)
    {
        await page.Card.GetByTestId("title").ClickAsync();
        await Expect(page.Part("running-view")).ToBeVisibleAsync();
        await Expect(page.Part("disk-room")).Not.ToHaveTextAsync("–");
    }

    /// <summary>Asks the list for what a display filter finds.</summary>
    public static async Task FilterAsync(this Dashboard page, string display)
    {
        await page.Part("display").FillAsync(display);
        await page.Part("display-apply").ClickAsync();
    }

    /// <summary>A number as the page writes it.</summary>
    public static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^([2-9]|\d\d+),\d{3}$")]
    private static partial Regex TwoThousand();
}
