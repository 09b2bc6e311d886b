using System.Globalization;
using System.Text.RegularExpressions;
using MgCap.Capture.Pcapng;
using MgCap.Testing;
using Microsoft.Playwright;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>From the first look at the page to the file that Wireshark opens, by clicking only.</summary>
[Collection(nameof(BrowserStage))]
public sealed partial class FirstCaptureTests(BrowserStage stage)
{
    private const string ChartPixels = """
        (canvas) => {
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          const wanted = getComputedStyle(document.documentElement).getPropertyValue('--chart-pps').trim();
          const [r, g, b] = [1, 3, 5].map((at) => parseInt(wanted.slice(at, at + 2), 16));
          let found = 0;
          for (let at = 0; at < data.length; at += 4) found += data[at] === r && data[at + 1] === g && data[at + 2] === b;
          return found;
        }
        """;

    [BrowserFact]
    public Task FirstCapture_FromOpeningThePageToDeletingIt() => stage.TellAsync(async page =>
    {
        await SeeTheMachineAsync(page);
        await ChooseAndRepairAFilterAsync(page);
        await page.Part("start-submit").ClickAsync();
        await Expect(page.Card.GetByTestId("state")).ToHaveTextAsync("running");
        await Expect(page.Part("running-empty")).ToBeHiddenAsync();

        int sent;
        await using (var traffic = new Traffic(page.Lab))
        {
            await WatchItLiveAsync(page);
            var part = Judge(await page.DownloadAsync(page.Card.GetByTestId("download")));
            Assert.InRange(part.Packets, 1, int.MaxValue);
            sent = await traffic.StopAsync();
        }

        await Expect(page.Card.GetByTestId("captured")).ToHaveTextAsync(sent.ToString("N0", CultureInfo.InvariantCulture));
        await page.Card.GetByTestId("stop").ClickAsync();
        await SeeItFinishedAsync(page, sent);
        AssertHoldsExactly(await page.DownloadAsync(page.Row.GetByTestId("download")), sent);
        await DeleteItAsync(page);
    }, name: "first-capture");

    private static async Task SeeTheMachineAsync(Dashboard page)
    {
        await Expect(page.Connection).ToHaveTextAsync("Live");
        await Expect(page.Part("free")).ToContainTextAsync("free");
        await Expect(page.InterfaceRow("lo")).ToContainTextAsync("up");
        await Expect(page.InterfaceRow(page.Interface)).ToContainTextAsync("veth");
        await Expect(page.Part("running-empty")).ToContainTextAsync("Nothing is being captured");
        await Expect(page.Part("finished-empty")).ToContainTextAsync("No finished capture yet");
        await page.PictureAsync("1-empty");
    }

    private static async Task ChooseAndRepairAFilterAsync(Dashboard page)
    {
        await page.InterfaceRow(page.Interface).ClickAsync();
        await Expect(page.Part("start-interface")).ToHaveValueAsync(page.Interface);
        await page.Part("start-filter").FillAsync($"udp prt {Traffic.UdpPort}");
        await Expect(page.Part("filter-status")).ToHaveAttributeAsync("data-state", "invalid");
        await Expect(page.Part("filter-status")).ToContainTextAsync("syntax error");
        await page.PictureAsync("2-filter-mistake");
        await page.Part("start-filter").FillAsync($"udp port {Traffic.UdpPort}");
        await Expect(page.Part("filter-status")).ToHaveAttributeAsync("data-state", "valid");
        await page.Part("start-name").FillAsync("Game server, noon peak");
    }

    private static async Task WatchItLiveAsync(Dashboard page)
    {
        foreach (var rate in (string[])["pps", "bps"])
        {
            await Expect(page.Card.GetByTestId(rate)).ToHaveTextAsync(Flowing());
            var first = await page.Card.GetByTestId(rate).InnerTextAsync();
            await Expect(page.Card.GetByTestId(rate)).Not.ToHaveTextAsync(first);
        }

        // Each queue's own row; "Received" is its first column.
        var received = page.Card.GetByTestId("queue-table").Locator("tbody tr td:nth-child(2)");
        var busy = received.Filter(new LocatorFilterOptions { HasTextRegex = Flowing() });
        await Expect(busy).ToHaveCountAsync(page.Lab.Options.Queues);
        foreach (var stage in (string[])["nic", "ring", "writer"])
            await Expect(page.Card.GetByTestId($"drops-{stage}")).ToContainTextAsync("0");
        await Expect(page.Card.GetByTestId("lost")).ToHaveTextAsync("0");
        await Expect(page.Card.GetByTestId("file-size")).ToHaveTextAsync(SomeBytes());
        await Expect(page.Card.GetByTestId("elapsed")).ToHaveTextAsync(AWhile());
        Assert.InRange(await page.Card.Locator("canvas").EvaluateAsync<int>(ChartPixels), 50, int.MaxValue);
        await page.PictureAsync("3-live");
    }

    private static async Task SeeItFinishedAsync(Dashboard page, int sent)
    {
        await Expect(page.Row.GetByTestId("state")).ToHaveTextAsync("stopped");
        await Expect(page.Row.GetByTestId("packets")).ToHaveTextAsync(sent.ToString("N0", CultureInfo.InvariantCulture));
        await Expect(page.Row.GetByTestId("lost")).ToHaveTextAsync("0");
        await Expect(page.Row).ToContainTextAsync("Game server, noon peak");
        await Expect(page.Card).ToHaveCountAsync(0);
        await page.PictureAsync("4-finished");
    }

    private static async Task DeleteItAsync(Dashboard page)
    {
        await page.Row.GetByTestId("delete").ClickAsync();
        await page.PictureAsync("5-delete", whole: false);
        await page.Part("cancel-delete").ClickAsync();
        await Expect(page.Row).ToHaveCountAsync(1);
        await page.Row.GetByTestId("delete").ClickAsync();
        await page.Part("confirm-delete").ClickAsync();
        await Expect(page.Row).ToHaveCountAsync(0);
        await Expect(page.Part("finished-empty")).ToContainTextAsync("No finished capture yet");
    }

    private static PcapngScan Judge(string path)
    {
        var scan = PcapngScan.Scan(path);
        Assert.Null(scan.Damage);
        Assert.Equal(scan.Packets, Lines(ReferenceTools.Tshark("-r", path, "-T", "fields", "-e", "frame.number")).Length);
        return scan;
    }

    private static void AssertHoldsExactly(string path, int sent)
    {
        Assert.Equal(sent, Judge(path).Packets);
        var numbers = new List<uint>();
        using (var reader = PcapngReader.Open(path))
        {
            while (reader.Read())
            {
                if (reader.BlockKind == PcapngBlockKind.Packet)
                    numbers.Add(Frames.SequenceOfUdp4(reader.Packet.Data));
            }
        }

        Assert.Equal(Enumerable.Range(0, sent).Select(number => (uint)number), numbers.Order());
        Assert.All(Lines(ReferenceTools.Tshark("-r", path, "-T", "fields", "-e", "udp.dstport")), port => Assert.Equal("5000", port));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex("^[1-9]")]
    private static partial Regex Flowing();

    [GeneratedRegex(@"^[1-9][0-9.]*\s[KM]iB$")]
    private static partial Regex SomeBytes();

    [GeneratedRegex("^0:(0[8-9]|[1-5][0-9])$")]
    private static partial Regex AWhile();
}
