using MgCap.Testing;
using Microsoft.Playwright;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>What runs for a year, begun from the page alone: a ring of files, watched elsewhere, and a recorder that looks back when something happens.</summary>
[Collection(nameof(BrowserStage))]
public sealed class AlwaysOnTests(BrowserStage stage)
{
    private const ushort TriggerPort = 4321;

    [BrowserFact]
    public Task RingAndRecorder_AreLeftRunning() => stage.TellAsync(async page =>
    {
        await page.InterfaceRow(page.Interface).ClickAsync();
        await page.Part("more-interfaces").ClickAsync();
        await page.Page.GetByLabel("lo", new PageGetByLabelOptions { Exact = true }).CheckAsync();
        await page.Part("start-name").FillAsync("the last ten minutes");
        await page.Part("rotation").ClickAsync();
        await page.Part("start-rotate-seconds").FillAsync("60");
        await page.Part("start-rotate-files").FillAsync("10");
        await page.PictureAsync("1-ring");
        await page.Part("start-submit").ClickAsync();
        await Expect(page.Card.GetByTestId("state")).ToHaveTextAsync("running");
        await page.OpenRunningAsync();
        await Expect(page.Part("files")).ToHaveTextAsync("1, a new one after 60 s; the newest 10 are kept");

        // What the page says to run, with the Wireshark that has no window.
        var command = (await page.Part("watch-command").TextContentAsync())!;
        Assert.EndsWith("| wireshark -k -i -", command, StringComparison.Ordinal);
        command = command.Replace("wireshark -k -i -", "tshark -i - -c 200 -T fields -e frame.interface_name", StringComparison.Ordinal);
        var watching = Task.Run(() => page.Lab.CaptureSide.Exec("sh", "-c", command));
        await using (new Traffic(page.Lab))
            Assert.Contains($"{page.Interface}/rx0", (await watching.WaitAsync(Wait.Patience)).Split('\n').Distinct());

        await page.Page.GotoAsync(page.Address.ToString());
        await page.InterfaceRow(page.Interface).ClickAsync();
        await page.Part("recorder").ClickAsync();
        await page.Part("start-kind").CheckAsync();
        await page.Part("start-trigger-filter").FillAsync($"udp dst port {TriggerPort}");
        await page.Part("start-trigger-after").FillAsync("1");
        await page.PictureAsync("2-recorder");
        await page.Part("start-submit").ClickAsync();
        var armed = page.Card.Filter(new LocatorFilterOptions { HasText = "armed" });
        await Expect(armed).ToBeVisibleAsync();
        await Expect(page.Card).ToHaveCountAsync(2);
        await page.PictureAsync("3-both");
        await page.Page.SetViewportSizeAsync(390, 844);
        await page.PictureAsync("4-both-narrow");
        await page.Page.SetViewportSizeAsync(1440, 900);
        await armed.GetByTestId("title").ClickAsync();
        await Expect(page.Part("state")).ToHaveTextAsync("armed");

        using (var sender = page.Lab.OpenSender())
        {
            sender.Send(Enumerable.Range(0, 50).Select(i => (ReadOnlyMemory<byte>)Frames.Udp4(new Flow(), 100, (uint)i)));
            await Expect(page.Part("captured")).ToHaveTextAsync("50");
            sender.Send(Frames.Udp4(new Flow { DestinationPort = TriggerPort }, 100, 50));
        }

        var saved = page.Part("capture-events").Locator("a");
        await Expect(saved).ToBeVisibleAsync();
        await page.PictureAsync("5-triggered");
        await page.Page.SetViewportSizeAsync(390, 844);
        await page.PictureAsync("6-triggered-narrow");
        await page.Page.SetViewportSizeAsync(1440, 900);
        await saved.ClickAsync();
        await Expect(page.Part("capture-title")).ToHaveTextAsync($"a packet matches udp dst port {TriggerPort}");
        await Expect(page.PacketRow(1)).ToBeVisibleAsync();
        await page.PictureAsync("7-saved");

        var path = await page.DownloadAsync(page.Part("download"));
        var ports = ReferenceTools.Tshark("-r", path, "-T", "fields", "-e", "udp.dstport").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((51, $"{TriggerPort}"), (ports.Length, ports[^1]));
    }, name: "always-on");
}
