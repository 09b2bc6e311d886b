using MgCap.Testing;
using static MgCap.E2E.Tests.CapturePage;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>Reading a finished capture, packet by packet.</summary>
[Collection(nameof(ReadingStage))]
public sealed class ReadPacketsTests(BrowserStage stage)
{
    [BrowserFact]
    public Task FinishedCapture_IsReadToItsEnd() => stage.TellAsync(async page =>
    {
        var packets = await page.CaptureAndOpenAsync();
        await Expect(page.Part("capture-title")).ToHaveTextAsync(page.Interface);
        await Expect(page.Part("state")).ToHaveTextAsync("stopped");
        await Expect(page.Part("dissector")).ToContainTextAsync("sharkd");
        await Expect(page.Part("summary-packets")).ToHaveTextAsync(Grouped(packets));
        await Expect(page.Part("protocols")).ToContainTextAsync("UDP");
        await Expect(page.ChosenRow()).ToHaveAttributeAsync("data-number", "1");
        await page.PictureAsync("1-opened");

        await page.Part("packet-grid").FocusAsync();
        await page.Page.Keyboard.PressAsync("End");
        await Expect(page.ChosenRow()).ToHaveAttributeAsync("data-number", $"{packets}");
        await Expect(page.Part("packet-title")).ToHaveTextAsync($"Packet {Grouped(packets)}");
        var file = await page.DownloadAsync(page.Part("download"));
        foreach (var column in (string[])["source", "destination", "protocol", "info"])
            await Expect(page.ChosenRow().Locator($".{column}")).ToHaveTextAsync(Column(file, packets, column));

        await ReadOneAsync(page);
        await page.PictureAsync("2-end", whole: false);

        await page.Part("jump").FillAsync("1,000");
        await page.Part("jump-go").ClickAsync();
        await Expect(page.ChosenRow()).ToHaveAttributeAsync("data-number", "1000");
        await page.Part("jump").FillAsync("tomorrow");
        await page.Part("jump-go").ClickAsync();
        await Expect(page.Part("jump-error")).ToContainTextAsync("seconds since the start");
    }, name: "read-packets");

    [BrowserFact]
    public Task DisplayFilterMistake_IsSaidAndRepaired() => stage.TellAsync(async page =>
    {
        var packets = await page.CaptureAndOpenAsync();
        page.Watch.ExpectRefusal($"422 GET {page.CaptureAddress()}/packets");
        await page.FilterAsync("udp.prt == 5000");
        await Expect(page.Part("display-error")).ToContainTextAsync("udp.prt");
        await Expect(page.Part("display")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.PacketRow(1)).ToBeVisibleAsync();
        await page.PictureAsync("1-mistake", whole: false);

        await page.FilterAsync("tcp.port == 443");
        await Expect(page.Part("display-error")).ToBeHiddenAsync();
        await Expect(page.Part("progress")).ToContainTextAsync($"in {Grouped(packets)} packets");
        var file = await page.DownloadAsync(page.Part("download"));
        var matches = Lines(ReferenceTools.Tshark("-r", file, "-Y", "tcp.port == 443", "-T", "fields", "-e", "frame.number"));
        await Expect(page.Part("progress")).ToHaveTextAsync($"{Grouped(matches.Length)} matches in {Grouped(packets)} packets");
        await page.Part("packet-grid").FocusAsync();
        await page.Page.Keyboard.PressAsync("End");
        await Expect(page.ChosenRow()).ToHaveAttributeAsync("data-number", matches[^1]);
        await page.PictureAsync("2-repaired", whole: false);

        await page.Part("display-clear").ClickAsync();
        await Expect(page.Part("progress")).ToHaveTextAsync($"{Grouped(packets)} packets");
        await Expect(page.ChosenRow()).ToHaveAttributeAsync("data-number", matches[^1]);
    }, name: "display-filter");

    private static async Task ReadOneAsync(Dashboard page)
    {
        await page.Part("packet-grid").PressAsync("Enter");
        await Expect(page.Part("tree")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Home");
        var ethernet = page.Part("tree").GetByText("Ethernet II");
        await ethernet.ClickAsync();
        await Expect(page.MarkedBytes()).ToHaveCountAsync(14);
        await page.Page.Locator("#byte-3").ClickAsync();
        await Expect(page.ChosenField()).ToContainTextAsync("02:00:00:00:00:02");
        await Expect(page.MarkedBytes()).ToHaveCountAsync(6);
    }

    /// <summary>What tshark(1) has in a column of a packet's row.</summary>
    private static string Column(string file, int number, string column)
    {
        var field = column switch { "source" => "_ws.col.Source", "destination" => "_ws.col.Destination", "protocol" => "_ws.col.Protocol", _ => "_ws.col.Info" };
        return ReferenceTools.Tshark("-r", file, "-Y", $"frame.number == {number}", "-T", "fields", "-e", field).TrimEnd('\n');
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
