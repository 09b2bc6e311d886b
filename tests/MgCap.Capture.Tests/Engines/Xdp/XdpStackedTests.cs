using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Engines.Xdp;

/// <summary>
/// Interfaces that get their frames from others within the kernel: the outer VLAN tag is beside the frame by then. The engine has the
/// frames that tcpdump has, with the tags, and its filters find what packet sockets' find.
/// </summary>
public sealed class XdpStackedTests
{
    private const string Upper = "upper0";
    private static readonly byte[] _everyone = [255, 255, 255, 255, 255, 255];
    private static readonly Flow _flow = new() { DestinationPort = 9, DestinationMac = _everyone };

    private static readonly string[] _filters =
    [
        "vlan", "vlan 100", "not vlan", "udp port 9", "vlan and udp port 9", "vlan 300", "ether[12:2] = 0x800", "inbound", "outbound", "less 100",
    ];

    public static TheoryData<string> Kinds => ["bridge", "macvlan"];

    [RootTheory]
    [MemberData(nameof(Kinds))]
    public void Tags_AreWhereTcpdumpHasThem(string kind)
    {
        using var lab = Lab(kind);
        using var file = new DeviceCapture(lab.CaptureSide, Settings(EngineNames.Auto));
        Assert.Equal((EngineNames.Xdp, $"tcx, {LabCapture.SentDetail}"), (file.Session.Engine.Name, file.Session.EngineDetail));
        var expected = JudgedByTcpdump(lab);
        Assert.Equal(2 * Sent.Length, expected.Length);
        Assert.Equal(expected, file.Stop(expected.Length).Frames());
    }

    [RootTheory]
    [MemberData(nameof(Kinds))]
    public void Filters_FindWhatPacketSocketsFind(string kind)
    {
        using var lab = Lab(kind);
        var files = _filters.Select(filter => (
            Filter: filter,
            Xdp: new DeviceCapture(lab.CaptureSide, Settings(EngineNames.Xdp) with { Filter = filter }),
            Sockets: new DeviceCapture(lab.CaptureSide, Settings(EngineNames.Packet) with { Filter = filter }))).ToArray();
        try
        {
            SendAll(lab);
            foreach (var (filter, xdp, sockets) in files)
            {
                var total = 2 * Sent.Length;
                Wait.Until(() => sockets.Session.ReadStatistics().Received == total && xdp.Session.ReadStatistics().Received == total, $"every frame to be judged by '{filter}'");
                var found = sockets.Session.ReadStatistics().Captured;
                Assert.Equal((filter, string.Join('\n', sockets.Stop(0).Frames())), (filter, string.Join('\n', xdp.Stop(0).Frames())));
                Assert.True(found < total && (found > 0 || filter == "vlan 300"), $"'{filter}' tells frames apart");
            }
        }
        finally
        {
            foreach (var (_, xdp, sockets) in files)
            {
                xdp.Dispose();
                sockets.Dispose();
            }
        }
    }

    /// <summary>As on a kernel before 6.6: better another engine than frames without their tags.</summary>
    [RootTheory]
    [MemberData(nameof(Kinds))]
    public void WithoutTcx_IsRefused(string kind)
    {
        using var lab = Lab(kind);
        using var sink = new MemorySink();
        var refusal = Assert.Throws<CaptureRefusedException>(() => LabCapture.Start(lab.CaptureSide, Settings(EngineNames.Xdp), sink, LabCapture.XdpEngine(withoutTcx: true)));
        Assert.Equal(RefusalCode.EngineUnavailable, refusal.Code);
        Assert.Contains($"on a {kind} the kernel has taken VLAN tags out", refusal.Message, StringComparison.Ordinal);
    }

    [RootTheory]
    [MemberData(nameof(Kinds))]
    public void Drop_KeepsFramesFromTheStack(string kind)
    {
        using var lab = Lab(kind);
        using var file = new DeviceCapture(lab.CaptureSide, Settings(EngineNames.Xdp) with { Mode = CaptureMode.Drop, Direction = CaptureDirection.In, Filter = "vlan 100" });
        using var behind = new DeviceCapture(lab.CaptureSide, Settings(EngineNames.Xdp) with { Direction = CaptureDirection.In });
        // The later capture is the first to see a frame; the order is theirs alone.
        SendAll(lab);
        Assert.Equal([Hex(Frames.Vlan(100, Frames.Udp4(_flow, 60)))], file.Stop(1).Frames());
        Assert.Equal(Sent.Length, behind.Stop(Sent.Length).Frames().Length);
    }

    private static byte[][] Sent { get; } =
    [
        Frames.Udp4(_flow, 60), Frames.Vlan(100, Frames.Udp4(_flow, 60)), Frames.QinQ(200, 300, Frames.Udp4(_flow, 60)), Frames.Vlan(0, Frames.Udp4(_flow, 60)),
        Frames.Vlan(0xa00b, Frames.Udp4(_flow, 1400)), Frames.Arp(_flow),
    ];

    private static string Hex(byte[] frame) => Convert.ToHexString(frame);

    private static CaptureSettings Settings(string engine) => LabCapture.SettingsFor(engine, Upper) with { Snaplen = 2000 };

    private static VethLab Lab(string kind)
    {
        var lab = VethLab.Create(kind);
        if (kind == "bridge")
        {
            lab.CaptureSide.Ip("link", "add", Upper, "type", "bridge", "mcast_snooping", "0");
            lab.CaptureSide.Ip("link", "set", "dev", "cap0", "master", Upper);
        }
        else
        {
            lab.CaptureSide.Ip("link", "add", "link", "cap0", "name", Upper, "type", kind, "mode", "passthru");
        }

        lab.CaptureSide.Ip("link", "set", "dev", Upper, "arp", "off", "up");
        Wait.Until(() => lab.CaptureSide.Ip("link", "show", "dev", Upper).Contains("LOWER_UP", StringComparison.Ordinal), "the interface to run");
        if (kind == "bridge")
            Wait.Until(() => lab.CaptureSide.Exec("bridge", "link").Contains("forwarding", StringComparison.Ordinal), "the bridge's port to forward");
        return lab;
    }

    private static void SendAll(VethLab lab)
    {
        Wire.Send(lab.SenderSide, "gen0", Sent);
        Wire.Send(lab.CaptureSide, Upper, Sent);
    }

    private static string[] JudgedByTcpdump(VethLab lab)
    {
        var folder = Directory.CreateTempSubdirectory("mgcap-stacked-");
        try
        {
            using var judge = new LiveTcpdump(lab.CaptureSide, Upper, Path.Combine(folder.FullName, "judge.pcap"), "");
            Assert.Equal("EN10MB", judge.WaitForLinkType());
            SendAll(lab);
            return judge.Stop();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
