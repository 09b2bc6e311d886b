using System.Text.Json;
using MgCap.Testing;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Configuration;

public sealed class LoggingTests
{
    [RootFact]
    public async Task Log_HasOneLineForACapturesStartAndOneForItsEndWithItsAccount()
    {
        using var lab = CaptureLab.Create("log");
        var started = await lab.Api.StartAsync(new { filter = "udp" });
        using (var sender = lab.Cable.OpenSender())
            sender.SendAll(KnownFrames.Mixed);
        var stopped = await lab.Api.StopAsync(started.Id);
        await lab.Api.StopAsync(started.Id);
        lab.Console.Stop();

        var lines = LinesOf(lab, started.Id.ToString());

        Assert.Equal(2, lines.Count);
        Assert.Equal("cap0", lines[0].GetProperty("InterfaceName").GetString());
        Assert.Equal("udp", lines[0].GetProperty("Filter").GetString());
        Assert.Equal(96, lines[0].GetProperty("Snaplen").GetInt32());
        var statistics = stopped.Statistics;
        Assert.True(statistics.Filtered > 0);
        var expected = new Dictionary<string, long>
        {
            ["Received"] = statistics.Received,
            ["Filtered"] = statistics.Filtered,
            ["Captured"] = statistics.Captured,
            ["RingDropped"] = statistics.Dropped.Ring,
            ["WriterDropped"] = statistics.Dropped.Writer,
            ["NicDropped"] = statistics.Dropped.Nic,
            ["CapturedBytes"] = statistics.CapturedBytes,
            ["WireBytes"] = statistics.WireBytes,
            ["FileBytes"] = stopped.Files[0].Bytes,
        };
        Assert.Equal(expected, expected.Keys.ToDictionary(name => name, name => lines[1].GetProperty(name).GetInt64()));
        Assert.Equal("Stopped", lines[1].GetProperty("State").GetString());
        Assert.Equal("User", lines[1].GetProperty("StopReason").GetString());
    }

    [RootFact]
    public async Task ConsoleOutput_SaysTheSameInOneLine()
    {
        using var lab = CaptureLab.Create("print");
        var started = await lab.Api.StartAsync();
        using (var sender = lab.Cable.OpenSender())
            sender.SendAll(KnownFrames.Mixed);
        await lab.Api.StopAsync(started.Id);
        lab.Console.Stop();

        var lines = lab.Console.Output.Split('\n').Where(line => line.Contains(started.Id.ToString(), StringComparison.Ordinal)).ToArray();

        Assert.Equal(2, lines.Length);
        var count = KnownFrames.Mixed.Count;
        Assert.Contains($"received {count} = filtered 0 + captured {count} + dropped ring 0 + dropped writer 0", lines[1], StringComparison.Ordinal);
    }

    private static List<JsonElement> LinesOf(CaptureLab lab, string id) =>
        [.. Directory.GetFiles(Path.Combine(lab.DataDirectory, "logs"), "*.json").Order(StringComparer.Ordinal)
            .SelectMany(File.ReadAllLines)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("Id", out var of) && of.GetString() == id)];
}
