using System.Diagnostics;
using System.Globalization;
using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Filtering;

/// <summary>Filters with hundreds of alternatives, as lists of addresses become.</summary>
public sealed class LongFilterTests
{
    private static string Hosts(int count, string last) =>
        string.Join(" or ", Enumerable.Range(1, count - 1).Select(i => $"host 192.168.{i / 200}.{i % 200 + 1}").Append($"host {last}"));

    /// <summary>libpcap's optimizer takes ten times as long for 300 hosts as without it.</summary>
    [Fact]
    public void ThreeHundredHosts_TakeLessThanLibpcapsOptimizer()
    {
        var text = Hosts(300, "10.77.0.1");
        var clock = Stopwatch.StartNew();
        var check = CaptureFilter.Check(text, LinkType.Ethernet);
        var own = clock.Elapsed;
        clock.Restart();
        MgCap.Linux.Libpcap.FilterCompiler.Compile(text, LinkType.Ethernet.PcapNumber, 96);
        Assert.True(check.Valid, check.Error);
        Assert.InRange(own, TimeSpan.Zero, clock.Elapsed);
    }

    [RootTheory]
    [InlineData(EngineNames.Packet)]
    [InlineData(EngineNames.Xdp)]
    [InlineData(EngineNames.Auto)]
    public void ThreeHundredHosts_AreCaptured(string engine)
    {
        using var lab = VethLab.Create("hosts");
        using var file = new DeviceCapture(lab.CaptureSide, LabCapture.SettingsFor(engine) with { Filter = Hosts(300, "10.77.0.1") });
        var wanted = Frames.Udp4(new Flow(), 100);
        var other = Frames.Udp4(new Flow { Source = System.Net.IPAddress.Parse("10.99.0.1"), Destination = System.Net.IPAddress.Parse("10.99.0.2") }, 100);
        Wire.Send(lab.SenderSide, "gen0", other, wanted, Frames.Vlan(5, other), other);
        Assert.Equal(Wire.Cut([wanted], 96), file.Stop(1).Frames());
    }

    [Fact]
    public void TextThatMatchesNothing_IsRefusedAsShortOnesAre()
    {
        var text = $"ip and ip6 and ({string.Join(" or ", Enumerable.Range(1, 60).Select(i => string.Create(CultureInfo.InvariantCulture, $"tcp[0:2] = {i}")))})";
        Assert.Equal("expression rejects all packets", CaptureFilter.Check(text, LinkType.Ethernet).Error);
    }
}
