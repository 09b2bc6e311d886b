using MgCap.Testing;
using Microsoft.Playwright;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>A capture of two interfaces, from the form to the file and back to the form.</summary>
[Collection(nameof(BrowserStage))]
public sealed class SeveralInterfacesTests(BrowserStage stage)
{
    [BrowserFact]
    public Task TwoInterfaces_AreOneCapture() => stage.TellAsync(async page =>
    {
        await page.InterfaceRow(page.Interface).ClickAsync();
        await page.Part("more-interfaces").ClickAsync();
        await page.Page.GetByLabel("lo", new PageGetByLabelOptions { Exact = true }).CheckAsync();
        await Expect(page.Part("more-interfaces")).ToContainTextAsync("1 chosen");
        await Expect(page.Part("dump-command")).ToHaveTextAsync($"sudo mgcap dump -i {page.Interface} -i lo -w {page.Interface}.pcapng");
        await page.PictureAsync("1-form");
        await page.Page.SetViewportSizeAsync(390, 844);
        await page.PictureAsync("2-form-narrow");
        await page.Page.SetViewportSizeAsync(1280, 900);

        await page.Part("start-submit").ClickAsync();
        await Expect(page.Card.GetByTestId("state")).ToHaveTextAsync("running");
        await Expect(page.Card).ToContainTextAsync($"{page.Interface}, lo");
        await using (new Traffic(page.Lab))
            await Expect(page.Card.GetByTestId("captured")).Not.ToHaveTextAsync("0");
        await Expect(page.Card).ToContainTextAsync("lo/rx0");
        await page.PictureAsync("3-running");
        await page.Card.GetByTestId("stop").ClickAsync();
        await Expect(page.Row).ToContainTextAsync($"{page.Interface}, lo");

        var path = await page.DownloadAsync(page.Row.GetByTestId("download"));
        var names = ReferenceTools.Tshark("-r", path, "-T", "fields", "-e", "frame.interface_name").Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct();
        Assert.Contains($"{page.Interface}/rx0", names);

        await page.Part("more-interfaces").ClickAsync();
        await page.Row.GetByTestId("repeat").ClickAsync();
        await Expect(page.Page.GetByLabel("lo", new PageGetByLabelOptions { Exact = true })).ToBeCheckedAsync();
        await Expect(page.Part("start-interface")).ToHaveValueAsync(page.Interface);
    }, name: "several-interfaces");

    [BrowserFact]
    public Task Any_IsChosenInTheForm() => stage.TellAsync(async page =>
    {
        await page.Part("start-interface").SelectOptionAsync("any");
        await Expect(page.Part("start-interface").Locator("option:checked")).ToHaveTextAsync("any (every interface)");
        await Expect(page.InterfaceRow("any")).ToHaveCountAsync(0);
        await Expect(page.Part("interface-details")).ToBeHiddenAsync();
        await Expect(page.Part("more-interfaces")).ToBeHiddenAsync();
        await Expect(page.Part("dump-command")).ToHaveTextAsync("sudo mgcap dump -i any -w any.pcapng");
        await page.PictureAsync("1-form");
        await page.Part("start-submit").ClickAsync();
        await Expect(page.Card).ToContainTextAsync("any");
        await using (new Traffic(page.Lab))
            await Expect(page.Card.GetByTestId("captured")).Not.ToHaveTextAsync("0");
        await page.PictureAsync("2-running");
        await page.Card.GetByTestId("stop").ClickAsync();

        var path = await page.DownloadAsync(page.Row.GetByTestId("download"));
        Assert.Contains("Linux cooked-mode capture v2", ReferenceTools.Capinfos("-E", path), StringComparison.Ordinal);
        // The page's own packets are in it as well, by way of lo.
        Assert.NotEqual("", ReferenceTools.Tshark("-r", path, "-Y", $"sll.ifindex == {page.Lab.CaptureIndex} && udp.dstport == {Traffic.UdpPort}", "-T", "fields", "-e", "frame.number"));
    }, name: "any-interface");
}
