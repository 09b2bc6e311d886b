using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Engines;

/// <summary>Devices of every kind of hardware: link type, bytes and verdicts as tcpdump has them on the same device.</summary>
public sealed class LinkTypeTests
{
    private const string Device = "kind0";
    private const string SeesNot = "the kernel's filter does not see";

    private static readonly string[] _filters =
    [
        "", "type mgt subtype beacon", "ether dst 02:00:00:00:00:01", "wlan addr2 02:00:00:00:00:02", "arp", "radio[0] = 0", "udp", "udp port 61234", "ip",
        "ip6", "link[20] = 0x11", "vlan", "ip[9] = 17 and udp[2:2] = 61234", "ip broadcast",
    ];

    public static TheoryData<int> HardwareTypes => [6, 7, 280, 512, 513, 768, 774, 783, 801, 802, 803, 804, 824, 8445];

    public static TheoryData<int> OtherHardwareTypes => [3, 15, 18, 19, 23, 256, 264, 518, 770, 773, 776, 784, 800, 820, 826, 4242];

    [RootTheory]
    [MemberData(nameof(HardwareTypes))]
    public void Filters_FindWhatTcpdumpFinds(int hardwareType) => AssertAsTcpdump(hardwareType, _filters);

    [RootTheory]
    [MemberData(nameof(OtherHardwareTypes))]
    public void OtherHardware_IsCapturedAsTcpdumpDoes(int hardwareType) => AssertAsTcpdump(hardwareType, "", "udp", "ip broadcast");

    private static void AssertAsTcpdump(int hardwareType, params string[] filters)
    {
        using var inside = NetworkNamespace.Create("kind");
        using var tap = new TapDevice(inside, Device, hardwareType: hardwareType);
        var folder = Directory.CreateTempSubdirectory("mgcap-kind-");
        try
        {
            LiveTcpdump[] judges = [.. filters.Select((filter, i) => new LiveTcpdump(inside, Device, Path.Combine(folder.FullName, $"{i}.pcap"), filter))];
            string?[] names = [.. judges.Select(judge => judge.WaitForLinkType())];
            SendAll(inside, tap);
            // CAN devices show every sent frame as a received one, too, and tcpdump has only that.
            var isCan = names[0] == LinkType.Can.Name;
            string[]?[] expected = [.. judges.Select((judge, i) => names[i] is null ? null : judge.Stop(timesSeen: isCan ? 2 : 1))];
            Assert.Equal(isCan ? Sent.Length : 2 * Sent.Length, expected[0]!.Length);
            var number = LiveTcpdump.LinkTypeOf(judges[0].Path);
            for (var i = 0; i < filters.Length; i++)
                AssertSame(inside, tap, filters[i], names[0]!, number, expected[i]);
            // tcpdump loses the first packets that it filters by direction (libpcap issue 1482).
            AssertSame(inside, tap, "inbound", names[0]!, number, [.. expected[0]!.Where((_, i) => isCan || i % 2 == 0)]);
            AssertSame(inside, tap, "outbound", names[0]!, number, [.. expected[0]!.Where((_, i) => !isCan && i % 2 == 1)]);
            // tcpdump as it captures takes the whole packet type for its first byte, and a CAN identifier in the kernel's byte order; what it
            // makes of its file is right.
            foreach (var filter in (string[])["link[0] = 0", "link[3] = 0x23"])
            {
                if (!IsTaken(inside, filter))
                    continue;
                var rest = Path.Combine(folder.FullName, "rest.pcap");
                ReferenceTools.Tcpdump("-r", judges[0].Path, "-w", rest, filter);
                AssertSame(inside, tap, filter, names[0]!, number, LiveTcpdump.Read(rest));
            }

            Array.ForEach(judges, judge => judge.Dispose());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool IsTaken(NetworkNamespace inside, string filter) =>
        CaptureFilter.Check(filter, inside.Run(() => CaptureInterfaces.Find(Device)!).LinkType).Valid;

    private static void AssertSame(NetworkNamespace inside, TapDevice tap, string filter, string name, int number, string[]? expected)
    {
        var nic = inside.Run(() => CaptureInterfaces.Find(Device)!);
        var check = CaptureFilter.Check(filter, nic.LinkType);
        Assert.Equal(name, nic.LinkType.Name);
        var settings = LabCapture.Settings(Device) with { Filter = filter, Snaplen = CaptureSettings.MaxSnaplen };
        if (!check.Valid)
        {
            using var sink = new MemorySink();
            Assert.True(expected is null || check.Error!.Contains(SeesNot, StringComparison.Ordinal), $"{name} '{filter}': {check.Error}");
            Assert.Equal(check.Error, Assert.Throws<CaptureRefusedException>(() => LabCapture.Start(inside, settings, sink)).Message);
            return;
        }

        Assert.True(expected is not null, $"{name} '{filter}': tcpdump refuses it");
        using var file = new DeviceCapture(inside, settings);
        SendAll(inside, tap);
        var captured = file.Stop(0);
        var isCan = name == LinkType.Can.Name;
        Assert.Equal((filter, Lines(expected, isCan)), (filter, Lines(captured.Frames(), isCan)));
        Assert.All(captured.Interfaces, each => Assert.Equal(number, each.LinkType));
    }

    /// <summary>Frames as text; CAN frames without their flags and reserved bytes, which libpcap 1.10.5 clears and earlier versions keep.</summary>
    private static string Lines(string[] frames, bool isCan)
    {
        const int ClearedAt = 2 * 5, ClearedLength = 2 * 3;
        return string.Join('\n', isCan ? frames.Select(frame => frame.Length < ClearedAt + ClearedLength ? frame : frame.Remove(ClearedAt, ClearedLength)) : frames);
    }

    private static void SendAll(NetworkNamespace inside, TapDevice tap)
    {
        foreach (var frame in Sent)
        {
            tap.Receive(0, frame);
            Wire.Send(inside, Device, frame);
        }
    }

    private static byte[][] Sent { get; } = MakeFrames();

    private static byte[][] MakeFrames()
    {
        var flow = new Flow { DestinationPort = 61234 };
        byte[] radiotap = [0, 0, 8, 0, 0, 0, 0, 0];
        byte[] beacon = [0x80, 0, 0, 0, 255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 3, .. new byte[24]];
        byte[] data = [0x08, 1, 0, 0, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 3, 0, 0, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, .. Frames.Udp4(flow, 90)[14..]];
        var ip = Frames.Udp4(flow, 100)[14..];
        return
        [
            ip,
            Frames.Udp6(Flow.NumberedIPv6(1) with { DestinationPort = 61234 }, 100)[14..],
            Frames.Udp4(flow, 100), Frames.Tcp4(flow, 100), Frames.Arp(flow), Frames.Udp6(Flow.NumberedIPv6(1), 120),
            Frames.Vlan(5, Frames.Udp4(flow, 100)), beacon, [.. radiotap, .. beacon], data, [.. radiotap, .. data],
            [0x0f, 0, 8, 0, .. ip], [0, 0, 8, 0, .. ip],
            // A classic CAN frame, a CAN FD frame with its flag, and what is in the place of a CAN XL frame's.
            [0x23, 1, 0, 0, 2, 0, 0, 0, 0xaa, 0xbb, 0, 0, 0, 0, 0, 0], [0x23, 1, 0, 0, 12, 4, 0, 0, .. new byte[64]],
            [.. Enumerable.Range(0, 60).Select(i => (byte)(i * 37))],
        ];
    }
}
