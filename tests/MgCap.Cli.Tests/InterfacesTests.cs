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
            actual.RootElement.EnumerateArray().SkipLast(1).Select(each => (
                each.GetProperty("name").GetString(), each.GetProperty("index").GetInt32(), each.GetProperty("mtu").GetInt32(),
                each.GetProperty("mac").GetString(), each.GetProperty("up").GetBoolean())));
        var cap0 = actual.RootElement.EnumerateArray().Single(each => each.GetProperty("name").GetString() == "cap0");
        Assert.Equal(
            "name index mac mtu up speedMbps driver kind rxQueues linkType engines hwtstamp altNames",
            string.Join(' ', cap0.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(
            ("veth", 2, "EN10MB"),
            (cap0.GetProperty("driver").GetString(), cap0.GetProperty("rxQueues").GetInt32(), cap0.GetProperty("linkType").GetString()));
        var last = actual.RootElement.EnumerateArray().Last();
        Assert.Equal(("any", 0, "LINUX_SLL2"), (last.GetProperty("name").GetString(), last.GetProperty("index").GetInt32(), last.GetProperty("linkType").GetString()));
        Assert.Equal("RAW", actual.RootElement.EnumerateArray().Single(each => each.GetProperty("name").GetString() == "tun0").GetProperty("linkType").GetString());
    }

    [RootFact]
    public void Table_HasALineForEach()
    {
        using var lab = VethLab.Create("table", new VethOptions { Queues = 2 });
        var outcome = Mgcap.Run(lab.CaptureSide, "interfaces");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        var engines = string.Join(' ', new CaptureEngines().Status().Where(status => status.Available).Select(status => status.Name));
        Assert.Equal(
            $"""
            NAME            STATE MAC                   MTU      SPEED QUEUES  LINKTYPE   DRIVER      ENGINES
            lo              up    00:00:00:00:00:00   65536          -      1  EN10MB     -           {engines}
            cap0            up    02:00:00:00:00:02    9000 10000 Mb/s      2  EN10MB     veth        {engines}
            any             up    -                       -          -      1  LINUX_SLL2 -           packet

            """,
            outcome.Output);
    }

    /// <summary>The kernel allows names that a terminal would take for commands, and that nobody could tell from others.</summary>
    [RootTheory]
    [InlineData("\e[31mE\a", "\\u001b[31mE\\u0007 ")]
    [InlineData("lo\u200b", "lo\\u200b ")]
    [InlineData("a\u202eb", "a\\u202eb ")]
    public void OddNames_AreShownWithoutCommandsToTheTerminal(string name, string shown)
    {
        using var inside = NetworkNamespace.Create("odd");
        inside.Ip("link", "add", "name", name, "type", "veth", "peer", "name", "peer0");
        var outcome = Mgcap.Run(inside, "interfaces");
        Assert.Contains("\n" + shown, outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(outcome.Output, character => character != '\n' && (char.IsControl(character) || char.GetUnicodeCategory(character) == System.Globalization.UnicodeCategory.Format));
        using var json = JsonDocument.Parse(Mgcap.Run(inside, "interfaces", "--json").Output);
        Assert.Contains(json.RootElement.EnumerateArray(), each => each.GetProperty("name").GetString() == name);
        var refused = Mgcap.Run(inside, "dump", name);
        Assert.Equal($"mgcap: The interface {shown.TrimEnd()} is down. Bring it up: ip link set {shown.TrimEnd()} up\n", refused.Errors);
    }

    /// <summary>A user who may not capture may still list interfaces.</summary>
    [RootFact]
    public void OrdinaryUser_SeesThem()
    {
        using var inside = NetworkNamespace.Create("nobody");
        var outcome = Mgcap.RunCommand(inside, null, "setpriv", "--bounding-set=-all", "--inh-caps=-all", BuiltPrograms.CommandLine, "interfaces");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        Assert.Contains("lo ", outcome.Output, StringComparison.Ordinal);
    }
}
