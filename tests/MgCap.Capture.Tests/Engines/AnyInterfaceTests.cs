using System.Buffers;
using System.Globalization;
using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Storage;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Engines;

/// <summary>All interfaces at once: tcpdump has on "any" what MgCap has.</summary>
public sealed class AnyInterfaceTests : IDisposable
{
    private const int HeaderLength = 20;
    private const string Outgoing = "04";

    private static readonly Flow _flow = new() { DestinationPort = 61234 };

    private readonly VethLab _lab = VethLab.Create("any");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mgcap-any-");

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _lab.Dispose();
    }

    /// <summary>Of an interface that is there, both ways, and of one that comes when the capture runs.</summary>
    [RootFact]
    public void Packets_AreThoseOfTcpdump()
    {
        string[] filters =
        [
            "", "udp", "arp or ip6", "ip[9] = 17 and udp[2:2] = 61234", "ip broadcast", "link[0:2] = 0x0806",
            string.Create(CultureInfo.InvariantCulture, $"ifindex {_lab.CaptureIndex}"),
            string.Create(CultureInfo.InvariantCulture, $"link[4:4] = {_lab.CaptureIndex} and udp"),
        ];
        var judges = filters.Select((filter, i) => new LiveTcpdump(_lab.CaptureSide, "any", Path.Combine(_folder.FullName, $"{i}.pcap"), filter)).ToArray();
        var captures = filters.Concat(["inbound", "outbound"]).Select(filter => new DeviceCapture(_lab.CaptureSide, Settings(filter))).ToArray();
        Assert.All(judges, judge => Assert.Equal(LinkType.LinuxCooked2.Name, judge.WaitForLinkType()));
        SendBothWays("gen0", "cap0");
        _lab.AddCable("gen1", "late0");
        SendBothWays("gen1", "late0");

        var expected = judges.Select(judge => judge.Stop()).ToList();
        Assert.Equal(4 * Sent.Length, expected[0].Length);
        // tcpdump loses the first packets that it filters by direction (libpcap issue 1482).
        expected.Add([.. expected[0].Where(frame => !IsOutgoing(frame))]);
        expected.Add([.. expected[0].Where(IsOutgoing)]);
        for (var i = 0; i < captures.Length; i++)
        {
            var file = captures[i].Stop(expected[i].Length);
            Assert.Equal((i, string.Join('\n', expected[i].Order())), (i, string.Join('\n', file.Frames().Order())));
            Assert.All(file.Interfaces, each => Assert.Equal(LinkType.LinuxCooked2.FileNumber, each.LinkType));
            Assert.Equal(4 * Sent.Length, captures[i].Session.ReadStatistics().Received);
        }

        Array.ForEach(captures, capture => capture.Dispose());
        Array.ForEach(judges, judge => judge.Dispose());
    }

    /// <summary>A packet of the loopback device is seen going out and coming in; one of the two is enough, and the other is not counted.</summary>
    [RootFact]
    public void Loopback_HasEachPacketOnce()
    {
        _lab.CaptureSide.Ip("link", "set", "dev", "lo", "up");
        using var all = new DeviceCapture(_lab.CaptureSide, Settings(""));
        using var some = new DeviceCapture(_lab.CaptureSide, Settings("udp"));
        using var sent = new DeviceCapture(_lab.CaptureSide, Settings("") with { Direction = CaptureDirection.Out });
        Wire.Send(_lab.CaptureSide, "lo", Sent);

        Assert.All(all.Stop(Sent.Length).Frames(), frame => Assert.False(IsOutgoing(frame)));
        Assert.Equal(Sent.Length, all.Session.ReadStatistics().Received);
        some.Stop(1);
        Assert.Equal(Sent.Length, some.Session.ReadStatistics().Received);
        Assert.All(sent.Stop(Sent.Length).Frames(), frame => Assert.True(IsOutgoing(frame)));
    }

    /// <summary>The kernel takes the tag out of the frame, and libpcap leaves it out of such files; here it is where Wireshark looks for it.</summary>
    [RootFact]
    public async Task VlanTag_StandsBeforeThePacket()
    {
        const int Length = 100 - 14 + 4 + HeaderLength;
        using var capture = new DeviceCapture(_lab.CaptureSide, Settings(""));
        Wire.Send(_lab.SenderSide, "gen0", Frames.Vlan(5, Frames.Udp4(_flow, 100)), Frames.Arp(_flow));
        var file = capture.Stop(2);

        Assert.Equal(["5\t61234\t0", "\t\t1"], capture.Tshark("vlan.id", "udp.dstport", "sll.pkttype"));
        Assert.Equal((Length, Length), (file.Packets[0].Data.Length, (int)file.Packets[0].OriginalLength));
        Assert.StartsWith($"interfaces by number: 1 lo, {_lab.CaptureIndex} cap0", file.Interfaces[0].Comment, StringComparison.Ordinal);

        // What the capture's own filter would have found, a filter for its file finds.
        foreach (var (filter, count) in new[] { ("udp port 61234", 1), ("arp", 1), ("tcp", 0) })
        {
            using var export = new CaptureExport(
                CaptureIndex.Read(CaptureFileSet.Of(capture.Path, new FileInfo(capture.Path).Length)), null, null,
                await FileFilter.CompileAsync(filter, [LinkType.LinuxCooked2.FileNumber], new LocalFilterCompiler(), CancellationToken.None));
            var piece = new ArrayBufferWriter<byte>();
            while (export.Read(piece))
            {
            }

            Assert.Equal((filter, count), (filter, (int)PcapngScan.Scan(new MemoryStream(piece.WrittenSpan.ToArray())).Packets));
        }
    }

    [RootFact]
    public void WhatItCantDo_IsRefused()
    {
        Refuse("invalid_request", "any is every interface, so it is named alone", Settings("") with { Interfaces = ["cap0", "any"] });
        Refuse("invalid_request", "any is every interface, so it is named alone", Settings("") with { Interfaces = ["any", "any"] });
        Refuse("engine_unavailable", "packet sockets see copies", Settings("") with { Mode = CaptureMode.Drop, Direction = CaptureDirection.In });
        Refuse("engine_unavailable", "xdp: it captures on Ethernet interfaces", Settings("") with { Engine = EngineNames.Xdp });
        Refuse("hwtstamp_unsupported", "interfaces have clocks of their own", Settings("") with { Hwtstamp = true, Engine = EngineNames.Packet });
        Refuse("filter_invalid", "link[4:4] (the interface's number)", Settings("link[8:2] = 1"));
    }

    /// <summary>A real interface that is called so is that one.</summary>
    [RootFact]
    public void RealInterface_OfThatName_ComesFirst()
    {
        Assert.Equal(0, _lab.CaptureSide.Run(() => CaptureInterfaces.Find("any"))!.Index);
        Assert.Equal("any", _lab.CaptureSide.Run(CaptureInterfaces.ListWithAny)[^1].Name);
        _lab.CaptureSide.Ip("link", "property", "add", "dev", "cap0", "altname", "any");
        Assert.Equal("cap0", _lab.CaptureSide.Run(() => CaptureInterfaces.Find("any"))!.Name);
        Assert.DoesNotContain("any", _lab.CaptureSide.Run(CaptureInterfaces.ListWithAny).Select(each => each.Name));
        _lab.CaptureSide.Ip("link", "property", "del", "dev", "cap0", "altname", "any");
        _lab.CaptureSide.Ip("link", "set", "dev", "cap0", "down");
        _lab.CaptureSide.Ip("link", "set", "dev", "cap0", "name", "any");
        Assert.Equal(_lab.CaptureIndex, Assert.Single(_lab.CaptureSide.Run(CaptureInterfaces.ListWithAny), each => each.Name == "any").Index);
    }

    private void Refuse(string code, string message, CaptureSettings settings)
    {
        using var sink = new MemorySink();
        var refusal = Assert.Throws<CaptureRefusedException>(() => LabCapture.Start(_lab.CaptureSide, settings, sink));
        Assert.Equal(code, refusal.Code);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    private static CaptureSettings Settings(string filter) =>
        LabCapture.SettingsFor(EngineNames.Auto, "any") with { Filter = filter, Snaplen = CaptureSettings.MaxSnaplen };

    private void SendBothWays(string generator, string device)
    {
        Wire.Send(_lab.SenderSide, generator, Sent);
        Wire.Send(_lab.CaptureSide, device, Sent);
    }

    /// <summary>By the packet type in its header, in hexadecimal.</summary>
    private static bool IsOutgoing(string frame) => frame.Substring(2 * 10, 2) == Outgoing;

    private static byte[][] Sent { get; } =
    [
        Frames.Udp4(_flow, 100), Frames.Tcp4(_flow, 100), Frames.Arp(_flow), Frames.Udp6(Flow.NumberedIPv6(1), 120), Frames.Udp4(new Flow(), 300),
    ];
}
