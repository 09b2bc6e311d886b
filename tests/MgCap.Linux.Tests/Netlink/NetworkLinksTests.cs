using System.Net.NetworkInformation;
using System.Text.Json;
using MgCap.Linux.Netlink;
using MgCap.Testing;

namespace MgCap.Linux.Tests.Netlink;

/// <summary>What MgCap reads of interfaces, against what ip(8) reads.</summary>
public sealed class NetworkLinksTests : IDisposable
{
    private readonly NetworkNamespace _network = NetworkNamespace.Create("links");

    [RootFact]
    public void List_AgreesWithIp()
    {
        using var tap = new TapDevice(_network, "tap0");
        using var tun = new TapDevice(_network, "tun0", ip: true);
        _network.Ip("link", "add", "veth0", "type", "veth", "peer", "name", "veth1");
        _network.Ip("link", "add", "bridge0", "mtu", "1400", "type", "bridge");
        _network.Ip("link", "add", "before", "type", "bridge");
        _network.Ip("link", "set", "dev", "before", "name", "after");
        _network.Ip("link", "add", "fifteen-letters", "type", "bridge");
        _network.Ip("link", "set", "dev", "veth0", "up");

        var links = _network.Run(NetworkLinks.List);
        Assert.Equal(DescribedByIp(), links.Select(Describe));
        Assert.Equal(["after", "bridge0", "fifteen-letters", "lo", "tap0", "tun0", "veth0", "veth1"], links.Select(link => link.Name).Order());
        Assert.Empty(links.Single(link => link.Name == "tun0").Address);
    }

    [RootFact]
    public void List_OfManyInterfaces_HasThemAll()
    {
        // More than one datagram of the kernel's answer.
        var batch = Path.GetTempFileName();
        File.WriteAllLines(batch, Enumerable.Range(0, 60).Select(number => $"link add many{number} type bridge"));
        _network.Ip("-batch", batch);
        File.Delete(batch);

        var links = _network.Run(NetworkLinks.List);
        Assert.Equal(61, links.Count);
        Assert.Equal(DescribedByIp(), links.Select(Describe));
    }

    [RootFact]
    public void Carrier_IsThePeers()
    {
        using var lab = VethLab.Create("carrier");
        Assert.True(Find().HasCarrier);
        lab.SenderSide.Ip("link", "set", "dev", lab.Options.SenderName, "down");
        Wait.Until(() => !Find().HasCarrier, "the carrier to go");
        Assert.True(Find().IsUp);

        NetworkLink Find() => lab.CaptureSide.Run(() => NetworkLinks.Find(lab.Options.CaptureName))!;
    }

    [RootFact]
    public void Find_OfAMissingInterface_IsNull()
    {
        Assert.Null(_network.Run(() => NetworkLinks.Find("none0")));
        Assert.Null(_network.Run(() => NetworkLinks.Find("a name that is longer than an interface's")));
        Assert.Null(_network.Run(() => NetworkLinks.Find("")));
        Assert.Equal("lo", _network.Run(() => NetworkLinks.Find("lo"))?.Name);
    }

    [RootFact]
    public void Counters_FollowTheirInterface_FromAnyNamespace()
    {
        using var lab = VethLab.Create("counters");
        using var counters = lab.CaptureSide.Run(() => new LinkCounters(lab.CaptureIndex));
        using var sender = lab.OpenSender();
        Assert.Equal((0ul, 0ul), Read());
        sender.Send(Frames.Udp4(new Flow(), 60), Frames.Udp4(new Flow(), 1514));
        Assert.Equal((2ul, 1574ul), Read());
        lab.CaptureSide.Ip("link", "set", "dev", lab.Options.CaptureName, "name", "renamed0");
        Assert.Equal("renamed0", counters.Read()?.Name);
        lab.DeleteCable();
        Assert.Null(counters.Read());

        (ulong, ulong) Read() => (counters.Read()!.ReceivedPackets, counters.Read()!.ReceivedBytes);
    }

    [DeviceFact("vlan", "link", "lo", "id", "5")]
    public void Vlan_IsOfThatKind()
    {
        _network.Ip("link", "add", "link", "lo", "name", "lo.5", "type", "vlan", "id", "5");
        Assert.Equal("vlan", _network.Run(() => NetworkLinks.Find("lo.5"))?.Kind);
    }

    public void Dispose() => _network.Dispose();

    private static string Describe(NetworkLink link) =>
        $"{link.Index} {link.Name} {link.Kind} mtu:{link.Mtu} up:{link.IsUp} carrier:{link.IsUp && link.HasCarrier} type:{link.HardwareType} "
        + new PhysicalAddress([.. link.Address]);

    private string[] DescribedByIp()
    {
        using var links = JsonDocument.Parse(_network.Ip("-j", "-d", "link", "show"));
        return [.. links.RootElement.EnumerateArray().OrderBy(link => link.GetProperty("ifindex").GetInt32()).Select(DescribeIp)];
    }

    private static string DescribeIp(JsonElement link)
    {
        var flags = link.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()).ToList();
        var kind = link.TryGetProperty("linkinfo", out var info) ? info.GetProperty("info_kind").GetString() : null;
        var type = link.GetProperty("link_type").GetString() switch
        {
            "ether" => 1,
            "loopback" => 772,
            "none" => 65534,
            var other => throw new InvalidDataException(other),
        };
        var address = link.TryGetProperty("address", out var text) ? PhysicalAddress.Parse(text.GetString()) : PhysicalAddress.None;
        // ip(8) says NO-CARRIER only of an interface that is up.
        var up = flags.Contains("UP");
        return $"{link.GetProperty("ifindex").GetInt32()} {link.GetProperty("ifname").GetString()} {kind} mtu:{link.GetProperty("mtu").GetInt32()} "
            + $"up:{up} carrier:{up && !flags.Contains("NO-CARRIER")} type:{type} {address}";
    }
}
