using MgCap.Testing;
using static MgCap.E2E.Tests.CapturePage;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>A capture with more packets than a browser can lay out rows.</summary>
[Collection(nameof(ReadingStage))]
public sealed class LargeCaptureTests(BrowserStage stage)
{
    private const int Packets = 5_000_000;
    private const int Asked = 3_141_592;

    private static readonly DashboardOptions _options = new()
    {
        Path = StoredCapture.Page,
        Prepare = data => StoredCapture.Write(data, Numbered(), apart: 20_000),
        Patience = TimeSpan.FromMinutes(2),
    };

    [BrowserFact]
    public Task FiveMillionPackets_AreScrolledToTheEndAndReadAnywhere() => stage.TellAsync(async page =>
    {
        // Nobody made an index of this file while it was written: it is made now.
        await Expect(page.Part("progress")).ToHaveTextAsync($"{Grouped(Packets)} packets", new() { Timeout = (float)_options.Patience.TotalMilliseconds });
        await Expect(page.PacketRow(1)).ToContainTextAsync("10.77.");
        await page.PictureAsync("1-opened");

        // By the scroll bar, as far as it goes.
        await page.Part("packet-grid").EvaluateAsync("(grid) => { grid.scrollTop = grid.scrollHeight; }");
        await Expect(page.PacketRow(Packets)).ToContainTextAsync("10.77.");
        await Expect(page.PacketRow(Packets)).ToHaveAttributeAsync("aria-rowindex", $"{Packets + 1}");
        await page.PacketRow(Packets).ClickAsync();
        await Expect(page.Part("packet-title")).ToHaveTextAsync($"Packet {Grouped(Packets)}");
        await page.PictureAsync("2-end", whole: false);

        await page.Part("jump").FillAsync($"{Asked}");
        await page.Part("jump-go").ClickAsync();
        await Expect(page.Part("packet-title")).ToHaveTextAsync($"Packet {Grouped(Asked)}");
        await page.Part("tree").GetByText("User Datagram Protocol").DblClickAsync();
        await Expect(page.Part("tree")).ToContainTextAsync("Destination Port: 61235");

        // A turn of the wheel moves by rows, not by a share of five million.
        var first = await FirstSeenAsync(page);
        await page.Part("packet-grid").HoverAsync();
        await page.Page.Mouse.WheelAsync(0, 240);
        await Expect(page.PacketRow(first)).ToHaveCountAsync(0);
        Assert.InRange(await FirstSeenAsync(page), first + 1, first + 20);
        await page.PictureAsync("3-middle", whole: false);
    }, _options, name: "five-million");

    private static IEnumerable<byte[]> Numbered()
    {
        var frames = Enumerable.Range(0, 64).Select(number => Frames.Udp4(Flow.Numbered(number), Frames.Shortest)).ToArray();
        return Enumerable.Range(0, Packets).Select(number => frames[number % frames.Length]);
    }

    private static async Task<long> FirstSeenAsync(Dashboard page) => long.Parse(
        (await page.Part("packet-row").First.GetAttributeAsync("data-number"))!, System.Globalization.CultureInfo.InvariantCulture);
}
