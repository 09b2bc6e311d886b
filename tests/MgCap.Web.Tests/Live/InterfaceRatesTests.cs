using System.Text.Json;
using MgCap.Testing;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Live;

/// <summary>What passes every interface, told to those who watch it.</summary>
public sealed class InterfaceRatesTests
{
    private const int FrameLength = 200;

    [RootTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rates_AreThoseOfThePacketsThatArrive(bool messagePack)
    {
        using var lab = CaptureLab.Create("rates");
        await using var client = await LiveClient.ConnectAsync(lab.Console, messagePack);
        await client.WatchInterfacesAsync();
        using var sender = lab.Cable.OpenSender();

        Wait.Until(() => Flowing(sender, client).Any(), "a rate above none");
        var rate = Flowing(sender, client).First();

        Assert.Equal(
            ["index", "name", "receivedBitsPerSecond", "receivedPacketsPerSecond", "sentBitsPerSecond", "sentPacketsPerSecond", "up"],
            rate.EnumerateObject().Select(property => property.Name).Order());
        Assert.True(rate.GetProperty("up").GetBoolean());
        Assert.Equal(FrameLength * 8, rate.GetProperty("receivedBitsPerSecond").GetDouble() / rate.GetProperty("receivedPacketsPerSecond").GetDouble(), 1e-6);
        Assert.Equal(["cap0", "lo"], client.Rates.Last().GetProperty("interfaces").EnumerateArray().Select(each => each.GetProperty("name").GetString()).Order());
    }

    [RootFact]
    public async Task Rates_ComeToWhoWatchesOnly()
    {
        using var lab = CaptureLab.Create("ratewatch");
        await using var watcher = await LiveClient.ConnectAsync(lab.Console, messagePack: false);
        await using var other = await LiveClient.ConnectAsync(lab.Console, messagePack: false);
        await watcher.WatchInterfacesAsync();

        Wait.Until(() => watcher.Rates.Count >= 2, "two readings");
        Assert.Empty(other.Rates);

        await watcher.UnwatchInterfacesAsync();
        await other.WatchInterfacesAsync();
        var heard = watcher.Rates.Count;
        Wait.Until(() => other.Rates.Count >= 2, "two readings of the other");
        Assert.InRange(watcher.Rates.Count - heard, 0, 1);
    }

    /// <summary>Sends another frame, and looks for what was told of the interface where they arrive.</summary>
    private static IEnumerable<JsonElement> Flowing(FrameSender sender, LiveClient client)
    {
        sender.Send(Frames.Udp4(new Flow(), FrameLength));
        return client.Rates
            .SelectMany(rates => rates.GetProperty("interfaces").EnumerateArray())
            .Where(rate => rate.GetProperty("name").GetString() == "cap0" && rate.GetProperty("receivedPacketsPerSecond").GetDouble() > 0);
    }
}
