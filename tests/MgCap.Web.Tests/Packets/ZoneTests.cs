using MgCap.Capture;
using MgCap.Testing;
using MgCap.Web.Packets;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Packets;

/// <summary>Times in a display filter that name no zone are of the zone that was asked for: on the day when New York's clocks are set back.</summary>
public sealed class ZoneTests(ZoneTests.Morning shared) : IClassFixture<ZoneTests.Morning>
{
    private const int Packets = 900;
    private const string NewYork = "America/New_York";

    private StoredCapture Capture => shared.Capture;

    /// <summary>A packet every ten seconds from 1 a.m. to half past two, which is two and a half hours later.</summary>
    public sealed class Morning : IDisposable
    {
        private static readonly Timestamp _start = Timestamp.Parse("2026-11-01T05:00:00Z");

        internal StoredCapture Capture { get; } = StoredCapture.WrittenBy(path => StoredCapture.Write(
            path, KnownFrames.Udp(Packets).Select((frame, i) => (new Timestamp(_start.Nanoseconds + i * 10_000_000_000L), frame))));

        public void Dispose() => Capture.Dispose();
    }

    [Theory]
    [InlineData("""frame.time >= "2026-11-01 02:15:00" """, 90, 900)]
    [InlineData("""frame.time >= "2026-11-01T02:15:00.000000001" """, 89, 900)]
    [InlineData("""frame.time >= "Nov 1, 2026 02:15:00" """, 90, 900)]
    [InlineData("""frame.time >= "2026-11-01 02:15:00-05:00" """, 90, 90)]
    [InlineData("""frame.time >= "2026-11-01 07:15:00Z" """, 90, 90)]
    [InlineData("""frame.time < "2026-11-01 01:30:00-04:00" """, 180, 180)]
    public async Task Filter_MeansTheZoneOfItsReader(string display, int inNewYork, int inUtc)
    {
        foreach (var (zone, expected) in ((string, int)[])[(NewYork, inNewYork), ("UTC", inUtc), ("", inUtc), (NewYork, inNewYork)])
        {
            var judged = Judged(zone, display);
            Assert.Equal((zone, expected), (zone, judged));
            Assert.Equal((zone, judged), (zone, await CountAsync(zone, display)));
        }
    }

    /// <summary>There are fewer helpers than zones: each still gets its own.</summary>
    [Fact]
    public async Task ManyZonesAtOnce_AreEachRight()
    {
        const string display = """frame.time >= "2026-11-01 06:00:00" """;
        (string Zone, int Expected)[] zones = [("UTC", 540), ("Europe/Berlin", 900), (NewYork, 0), ("Atlantic/Azores", 180), ("Asia/Kathmandu", 900), ("Etc/GMT+1", 180)];

        var counts = await Task.WhenAll(zones.Concat(zones).Select(async each => (each.Zone, await CountAsync(each.Zone, display))));

        Assert.Equal(zones.Concat(zones), counts);
    }

    [Theory]
    [InlineData("Mars/Phobos")]
    [InlineData("../../../etc/passwd")]
    [InlineData("/etc/localtime")]
    [InlineData("America/New_York ")]
    [InlineData("America/New_York\nLD_PRELOAD=x")]
    [InlineData("EST5EDT,M3.2.0")]
    [InlineData("")]
    public async Task Zone_ThatIsNone_IsRefused(string zone)
    {
        var query = $"zone={Uri.EscapeDataString(zone)}";
        (await Capture.Api.GetAsync($"{Capture.Address}/packets?display=udp&{query}")).RequireInvalid("zone");
        (await Capture.Api.GetAsync($"{Capture.Address}/packets/1?{query}")).RequireInvalid("zone");
    }

    /// <summary>The Time Protocol (RFC 868) sends a moment, which Wireshark shows in its own zone.</summary>
    [Fact]
    public async Task Layers_ShowTimesInTheZone()
    {
        using var capture = StoredCapture.Of([Frames.Udp4(new Flow { SourcePort = 37 }, [0xec, 0xa1, 0x64, 0x80])]);
        var times = new List<string>();
        foreach (var zone in (string[])["UTC", NewYork])
        {
            var packet = (await capture.Api.GetAsync($"{capture.Address}/packets/1?zone={Uri.EscapeDataString(zone)}")).As<PacketDetail>();
            times.Add(packet.Layers[^1].Fields.Single(field => field.Filter?.StartsWith("time.time ", StringComparison.Ordinal) == true).Label);
        }

        Assert.Equal(["Oct 21, 2025 01:46:40 UTC", "Oct 20, 2025 21:46:40 EDT"], times);
    }

    private async Task<int> CountAsync(string zone, string display)
    {
        var query = $"display={Uri.EscapeDataString(display)}&limit=1000{(zone == "" ? "" : $"&zone={Uri.EscapeDataString(zone)}")}";
        var found = 0;
        for (var page = await PageAsync(query); ; page = await PageAsync($"{query}&cursor={page.Next}"))
        {
            Assert.Equal(0, page.NotSearched);
            found += page.Rows.Count;
            if (page.Next is null)
                return found;
        }
    }

    private async Task<PacketPage> PageAsync(string query) => (await Capture.Api.GetAsync($"{Capture.Address}/packets?{query}")).As<PacketPage>();

    private int Judged(string zone, string display) =>
        Tool.Run("env", $"TZ={(zone == "" ? "UTC" : zone)}", "tshark", "-r", Capture.FilePath, "-Y", display, "-T", "fields", "-e", "frame.number")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
}
