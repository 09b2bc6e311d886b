using System.Net;
using MgCap.Capture.Interfaces;
using MgCap.Linux.Netlink;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Interfaces;

/// <summary>What an interface carries: the decision by itself, and what is read of real networks.</summary>
public sealed class DropGuardTests
{
    private const int Card = 2;
    private const int OtherCard = 3;
    private const int Bond = 4;
    private const int Vlan = 5;
    private const int Bridge = 6;

    // Two cards in a bond, a VLAN of it, which is in a bridge.
    private static readonly NetworkLink[] _links =
    [
        Link("lo", 1), Link("eth0", Card, master: Bond), Link("eth1", OtherCard), Link("bond0", Bond), Link("bond0.5", Vlan, lower: Bond, master: Bridge),
        Link("br0", Bridge),
    ];

    [Theory]
    [InlineData(Card, 0, 0, null)]
    [InlineData(Card, Card, 0, "your connection")]
    [InlineData(Card, 0, Card, "this host's default route")]
    [InlineData(Card, Card, Card, "your connection")]
    [InlineData(Card, Bond, 0, "your connection (through bond0)")]
    [InlineData(Card, Bridge, OtherCard, "your connection (through br0)")]
    [InlineData(Bond, 0, Vlan, "this host's default route (through bond0.5)")]
    [InlineData(OtherCard, Bridge, Card, null)]
    [InlineData(Vlan, Bond, Card, null)]
    [InlineData(Bridge, Vlan, Bond, null)]
    public void Refusal_IsOfWhatAnInterfaceAndThoseAboveItCarry(int nic, int connected, int routed, string? carried)
    {
        var name = _links.Single(link => link.Index == nic).Name;
        var refusal = Guard(null).Refusal(nic, _links, new HashSet<int> { connected }, new HashSet<int> { routed });
        Assert.Equal(
            carried is null ? null : $"The interface {name} carries {carried}: drop mode would cut it off. Use mirror mode or another interface, or insist to drop anyway.",
            refusal);
    }

    [Fact]
    public void Refusal_EndsWhereInterfacesLieAboveEachOther() => Assert.Null(Guard(null).Refusal(
        1, [Link("a", 1, master: 2), Link("b", 2, master: 1)], new HashSet<int>(), new HashSet<int> { 3 }));

    [RootFact]
    public void Connection_IsWhereItsAddressIs()
    {
        using var lab = VethLab.Create("guard", new VethOptions { Addresses = true, IPv6 = true });
        lab.CaptureSide.Ip("address", "add", "fd00:77::2/64", "dev", "cap0", "nodad");
        lab.CaptureSide.Ip("address", "add", "fe80::77/64", "dev", "cap0", "nodad");
        var index = lab.CaptureIndex;

        foreach (var address in (string[])[VethLab.CaptureAddress, $"::ffff:{VethLab.CaptureAddress}", "fd00:77::2", "fe80::77", $"fe80::77%{index}"])
            Assert.Equal((address, RefusalCode.DropRefused, null), (address, Check(lab.CaptureSide, "cap0", address), Check(lab.CaptureSide, "lo", address)));
        foreach (var address in (string[])["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
            Assert.Equal((address, null, RefusalCode.DropRefused), (address, Check(lab.CaptureSide, "cap0", address), Check(lab.CaptureSide, "lo", address)));
        foreach (var address in (string?[])[null, VethLab.SenderAddress, $"fe80::77%{index + 100}"])
            Assert.Equal((address, null, null), (address, Check(lab.CaptureSide, "cap0", address), Check(lab.CaptureSide, "lo", address)));
    }

    [RootTheory]
    [InlineData("-4", "default", "via", VethLab.SenderAddress)]
    [InlineData("-4", "default", "dev", "cap0", "table", "77")]
    [InlineData("-4", "default", "nexthop", "via", VethLab.SenderAddress, "nexthop", "via", "10.77.0.3")]
    [InlineData("-6", "default", "dev", "cap0")]
    [InlineData("-6", "default", "nexthop", "via", "fe80::1", "dev", "cap0", "nexthop", "via", "fe80::2", "dev", "cap0")]
    public void DefaultRoute_IsFound(string family, params string[] route)
    {
        using var lab = VethLab.Create("routes", new VethOptions { Addresses = true, IPv6 = true });
        Assert.Null(Check(lab.CaptureSide, "cap0", null));
        lab.CaptureSide.Ip([family, "route", "add", "unreachable", "default", "metric", "9999"]);
        lab.CaptureSide.Ip([family, "route", "add", family == "-4" ? "192.0.2.0/24" : "2001:db8::/32", "dev", "cap0"]);
        Assert.Null(Check(lab.CaptureSide, "cap0", null));

        lab.CaptureSide.Ip([family, "route", "add", .. route]);

        Assert.Equal((RefusalCode.DropRefused, null), (Check(lab.CaptureSide, "cap0", null), Check(lab.CaptureSide, "lo", null)));
    }

    [RootFact]
    public void PortOfABridge_CarriesWhatTheBridgeHas()
    {
        using var inside = NetworkNamespace.Create("bridged");
        inside.Ip("link", "add", "port0", "type", "veth", "peer", "name", "port1");
        inside.Ip("link", "add", "br0", "type", "bridge");
        inside.Ip("link", "set", "port0", "master", "br0", "up");
        inside.Ip("link", "set", "port1", "up");
        inside.Ip("link", "set", "br0", "up");
        inside.Ip("route", "add", "default", "dev", "br0");

        Assert.Equal((RefusalCode.DropRefused, RefusalCode.DropRefused), (Check(inside, "port0", null), Check(inside, "br0", null)));
        // The other end of a cable lies beside it, not above.
        Assert.Null(Check(inside, "port1", null));
    }

    [DeviceFact("vlan", "link", "lo", "id", "5")]
    public void Card_CarriesItsVlan() => AssertCarries("vlan", "id", "5");

    [DeviceFact("macvlan", "link", "lo")]
    public void Card_CarriesItsMacvlan() => AssertCarries("macvlan");

    private static void AssertCarries(string kind, params string[] arguments)
    {
        using var inside = NetworkNamespace.Create("above");
        inside.Ip("link", "add", "card0", "type", "veth", "peer", "name", "card1");
        inside.Ip(["link", "add", "link", "card0", "name", "above0", "type", kind, .. arguments]);
        inside.Ip("link", "set", "card0", "up");
        inside.Ip("link", "set", "above0", "up");
        inside.Ip("address", "add", "10.9.9.9/24", "dev", "above0");

        Assert.Equal((RefusalCode.DropRefused, RefusalCode.DropRefused), (Check(inside, "card0", "10.9.9.9"), Check(inside, "above0", "10.9.9.9")));
        Assert.Null(Check(inside, "card1", "10.9.9.9"));
    }

    /// <returns>The refusal's code; null for none.</returns>
    private static string? Check(NetworkNamespace inside, string name, string? connectedTo)
    {
        try
        {
            inside.Run(() => Guard(connectedTo).Check(CaptureInterfaces.Find(name)!));
            return null;
        }
        catch (CaptureRefusedException exception)
        {
            return exception.Code;
        }
    }

    private static DropGuard Guard(string? connectedTo) => new()
    {
        ConnectedTo = connectedTo is null ? null : IPAddress.Parse(connectedTo),
        Connection = "your connection",
        Override = "insist",
    };

    private static NetworkLink Link(string name, int index, int master = 0, int lower = 0) => new()
    {
        Name = name,
        Index = index,
        HardwareType = 1,
        Address = [],
        Mtu = 1500,
        SentBytes = 0,
        SentPackets = 0,
        UnsentPackets = 0,
        IsUp = true,
        HasCarrier = true,
        Kind = null,
        MasterIndex = master,
        LowerIndex = lower,
        ReceivedPackets = 0,
        ReceivedBytes = 0,
        Counters = default,
    };
}
