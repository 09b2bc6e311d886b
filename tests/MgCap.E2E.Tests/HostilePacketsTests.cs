using System.Buffers.Binary;
using System.Text;
using MgCap.Testing;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>What somebody put into packets, and into names, to harm who reads them.</summary>
[Collection(nameof(ReadingStage))]
public sealed class HostilePacketsTests(BrowserStage stage)
{
    private const string Picture = "<img src=x onerror=hurt()>";
    private const string Script = "<script>hurt()</script>";
    private const string ForgedElements = "() => document.querySelectorAll('#packets :is(script, img), #capture-head :is(script, img)').length";
    private const int TcpHeaders = 54;
    private const int MaxFrameLength = 262_144;

    [BrowserFact]
    public Task HostileNames_AreShownAsText() => stage.TellAsync(async page =>
    {
        await Expect(page.PacketRow(1)).ToContainTextAsync(Picture);
        await Expect(page.PacketRow(2)).ToContainTextAsync(Script);
        await page.PacketRow(1).ClickAsync();
        await Expect(page.Part("packet-title")).ToHaveTextAsync("Packet 1");
        await page.Part("tree").GetByText("Domain Name System").DblClickAsync();
        await page.Part("tree").GetByText("Queries").DblClickAsync();
        await Expect(page.Part("tree")).ToContainTextAsync(Picture);

        await page.Part("rename").ClickAsync();
        await page.Part("edit-name").FillAsync(Script);
        await page.Part("save-name").ClickAsync();
        await Expect(page.Part("capture-title")).ToHaveTextAsync(Script);
        await page.PictureAsync("1-names");

        // A hundred thousand headers, and lengths that are longer than the packet.
        foreach (var number in (int[])[3, 4])
        {
            await page.PacketRow(number).ClickAsync();
            await Expect(page.Part("packet-title")).ToHaveTextAsync($"Packet {number}");
            await Expect(page.Part("tree").GetByRole(Microsoft.Playwright.AriaRole.Treeitem).First).ToBeVisibleAsync();
        }

        await page.PictureAsync("2-lengths");
        Assert.Equal(0, await page.Page.EvaluateAsync<int>(ForgedElements));
        // Had one of them run, the page would have logged that there is no function hurt(), which fails the story.
    }, new DashboardOptions { Path = StoredCapture.Page, Prepare = data => StoredCapture.Write(data, [DnsQuery(Picture), HttpRequest(), Nested(), Lying()]) }, name: "hostile");

    private static byte[] DnsQuery(string name) =>
        Frames.Udp4(new Flow { DestinationPort = 53 }, [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), 0, 0, 1, 0, 1]);

    private static byte[] HttpRequest()
    {
        var text = Encoding.ASCII.GetBytes($"GET /{Script} HTTP/1.1\r\nHost: {Script}\r\n\r\n");
        var frame = Frames.Tcp4(new Flow { DestinationPort = 80 }, TcpHeaders + text.Length);
        text.CopyTo(frame.AsSpan(TcpHeaders));
        return frame;
    }

    /// <summary>MPLS labels as far as the longest frame goes, none of which is the last.</summary>
    private static byte[] Nested()
    {
        var frame = new byte[MaxFrameLength];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), 0x8847);
        for (var at = 14; at + 4 <= frame.Length; at += 4)
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(at), 0x0001_0040);
        return frame;
    }

    /// <summary>A frame whose lengths are all larger than it is.</summary>
    private static byte[] Lying()
    {
        var frame = Frames.Udp4(new Flow(), 100);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), 0xffff);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(38), 0xffff);
        return frame;
    }
}
