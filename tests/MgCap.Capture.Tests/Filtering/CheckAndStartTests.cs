using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Filtering;

/// <summary>A filter that is checked and one that a capture starts with get the same answer, on interfaces of every link type and network mask.</summary>
public sealed class CheckAndStartTests
{
    private static readonly string[] _filters =
    [
        "", "tcp", "udp port 53", "ip", "ip6", "arp", "vlan", "vlan 5 and ip", "not vlan", "vlan and vlan 7 and udp", "ip and ip6", "ether broadcast", "ether multicast",
        "ip broadcast", "ip multicast", "ip broadcast and dst host 10.0.0.1", "ip broadcast and dst host 255.255.255.255", "ip broadcast and dst net 10.0",
        "ip broadcast and ip[16:4] & 255 = 1", "not ip broadcast and dst host 0.0.0.0", "inbound", "outbound and tcp", "broadcast", "multicast", "ether host 02:00:00:00:00:01",
        "type mgt subtype beacon", "wlan addr2 02:00:00:00:00:02", "radio[0] = 0", "link[0] = 0", "link[1] = 4", "link[0:2] = 4", "link[0:4] = 4", "link[3] = 1",
        "link[14:2] = 0x800", "link[15] = 0", "link[16] = 0", "link[link[20]] = 0", "ip[ip[1]] = 0", "tcp[tcpflags] & tcp-syn != 0", "udp[(len - 40):2] != 0",
        "ether[0 - 1] = 0", "link[0 - 1] = 0", "ip[0 - 1] = 0", "len > 100", "less 10", "protochain 6", "ip6 protochain 6", "mpls", "pppoes", "geneve", "port 99999",
        "tcp prt 1", "(", "host 10.0.0.1 or net 10.0.0.0/8", "ifindex 1", "ether proto 0x1234", "portrange 1-9", "llc", "stp", "iso", "atalk", "lat",
    ];

    private static readonly string[] _longFilters =
    [
        Many("tcp[0:2] = {0}"), $"ip broadcast and dst host 10.0.0.1 and ({Many("ip[4:2] = {0}")})", Many("link[0] = {0}"), $"ip and ip6 and ({Many("len = {0}")})",
        Many("port {0}"), $"vlan and ({Many("ip[4:2] = {0}")})",
    ];

    [RootTheory]
    [InlineData("")]
    [InlineData("10.0.0.1/32")]
    [InlineData("10.0.0.1/24")]
    [InlineData("10.0.0.1/16")]
    [InlineData("10.0.0.1/0")]
    public void CheckAndStart_Agree(string address)
    {
        using var lab = VethLab.Create("agree");
        if (address != "")
            lab.CaptureSide.Ip("address", "add", address, "dev", "cap0");
        var device = lab.CaptureSide.Run(() => CaptureInterfaces.Find("cap0")!);
        string[] different =
        [
            .. from linkType in LinkType.All
               from filter in linkType == LinkType.Ethernet || linkType == LinkType.RawIp || linkType == LinkType.LinuxCooked ? [.. _filters, .. _longFilters] : _filters
               let check = lab.CaptureSide.Run(() => CaptureFilter.Check(filter, linkType))
               let start = Start(lab.CaptureSide, filter, device with { LinkType = linkType })
               where check.Error != start
               select $"{linkType.Name} '{filter}': {check.Error ?? "valid"} / {start ?? "valid"}",
        ];
        Assert.Empty(different);
    }

    [RootTheory]
    [InlineData(EngineNames.Packet)]
    [InlineData(EngineNames.Xdp)]
    public void IpBroadcast_WithoutAnAddress_FindsTheGeneralOnes(string engine)
    {
        using var lab = VethLab.Create("broadcast");
        using var file = new DeviceCapture(lab.CaptureSide, LabCapture.SettingsFor(engine) with { Filter = "ip broadcast" });
        var general = Frames.Udp4(new Flow(), 100);
        general.AsSpan(30, 4).Fill(255);
        Wire.Send(lab.SenderSide, "gen0", Frames.Udp4(new Flow(), 100), general);
        Assert.Equal(Wire.Cut([general], 96), file.Stop(1).Frames());
    }

    /// <summary>More alternatives than libpcap optimizes in time.</summary>
    private static string Many(string pattern) =>
        string.Join(" or ", Enumerable.Range(1, 45).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, pattern, i)));

    private static string? Start(NetworkNamespace inside, string filter, CaptureInterface nic)
    {
        try
        {
            inside.Run(() => CaptureFilter.CompileForSocket(filter, nic, 96));
            return null;
        }
        catch (CaptureRefusedException refusal)
        {
            return refusal.Message;
        }
    }
}
