using System.Text.Json;
using MgCap.Capture.Engines;
using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests;

public sealed class InterfacesTests
{
    [RootFact]
    public void Json_IsWhatIpSays()
    {
        using var lab = VethLab.Create("interfaces", new VethOptions { Queues = 2, Mtu = 1400 });
        lab.CaptureSide.Ip("link", "add", "name", "br0", "type", "bridge");
        using var tun = new TapDevice(lab.CaptureSide, "tun0", ip: true);
        using var expected = JsonDocument.Parse(lab.CaptureSide.Ip("-j", "link"));
        var outcome = Mgcap.Run(lab.CaptureSide, "interfaces", "--json");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        using var actual = JsonDocument.Parse(outcome.Output);
        Assert.Equal(
            expected.RootElement.EnumerateArray().Select(link => (
                link.GetProperty("ifname").GetString(), link.GetProperty("ifindex").GetInt32(), link.GetProperty("mtu").GetInt32(),
                link.TryGetProperty("address", out var address) ? address.GetString() : null,
                link.GetProperty("flags").EnumerateArray().Any(flag => flag.GetString() == "UP"))),
            actual.RootElement.EnumerateArray().Select(each => (
                each.GetProperty("name").GetString(), each.GetProperty("index").GetInt32(), each.GetProperty("mtu").GetInt32(),
                each.GetProperty("mac").GetString(), each.GetProperty("up").GetBoolean())));
        var cap0 = actual.RootElement.EnumerateArray().Single(each => each.GetProperty("name").GetString() == "cap0");
        Assert.Equal(
            "name index mac mtu up speedMbps driver kind rxQueues linkType engines hwtstamp",
            string.Join(' ', cap0.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(
            ("veth", 2, "EN10MB"),
            (cap0.GetProperty("driver").GetString(), cap0.GetProperty("rxQueues").GetInt32(), cap0.GetProperty("linkType").GetString()));
        Assert.Equal("RAW", actual.RootElement.EnumerateArray().Single(each => each.GetProperty("name").GetString() == "tun0").GetProperty("linkType").GetString());
    }

    [RootFact]
    public void Table_HasALineForEach()
    {
        using var lab = VethLab.Create("table", new VethOptions { Queues = 2 });
        var outcome = Mgcap.Run(lab.CaptureSide, "interfaces");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        var engines = string.Join(' ', new CaptureEngines().Status().Where(status => status.Available).Select(status => EngineNames.Of(status.Kind)));
        Assert.Equal(
            $"""
            NAME            STATE MAC                   MTU      SPEED QUEUES  LINKTYPE  DRIVER      ENGINES
            lo              up    00:00:00:00:00:00   65536          -      1  EN10MB    -           {engines}
            cap0            up    02:00:00:00:00:02    9000 10000 Mb/s      2  EN10MB    veth        {engines}

            """,
            outcome.Output);
    }

    /// <summary>Whoever may not capture may still look.</summary>
    [RootFact]
    public void OrdinaryUser_SeesThem()
    {
        using var inside = NetworkNamespace.Create("nobody");
        var outcome = Mgcap.RunCommand(inside, null, "setpriv", "--bounding-set=-all", "--inh-caps=-all", Built.CommandLine, "interfaces");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        Assert.Contains("lo ", outcome.Output, StringComparison.Ordinal);
    }
}
