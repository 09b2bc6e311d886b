using System.Net;
using MgCap.Capture.Engines;
using MgCap.Capture.Tests.Support;
using MgCap.Linux;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Engines.Xdp;

/// <summary>Sent packets as they go to the wire: behind queueing, other programs, segmentation and checksums, as tcpdump and the far end have them.</summary>
public sealed class XdpSentTests
{
    private static readonly Flow _flow = new() { DestinationPort = 61234 };

    [RootTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Segments_AreWhatTheFarEndGets(bool atPacketSocket)
    {
        using var lab = VethLab.Create("segments", new VethOptions { Addresses = true, Mtu = 1500 });
        using var sent = new DeviceCapture(lab.CaptureSide, Sent(65535), Engine(atPacketSocket));
        using var arrived = new DeviceCapture(lab.SenderSide, LabCapture.XdpSettings("gen0") with { Snaplen = 65535, Direction = CaptureDirection.In });
        TcpTransfer.Run(lab.CaptureSide, lab.SenderSide, IPAddress.Parse(VethLab.SenderAddress), 300_000);
        WaitForAll(lab.SenderSide, "gen0", arrived);
        var frames = arrived.Stop(200).Frames();
        Assert.Equal(frames, sent.Stop(frames.Length).Frames());
        Assert.All(
            ReferenceTools.Tshark("-r", sent.Path, "-o", "tcp.check_checksum:TRUE", "-T", "fields", "-e", "frame.len", "-e", "tcp.checksum.status").Split('\n', StringSplitOptions.RemoveEmptyEntries),
            row => Assert.True(int.Parse(row.Split('\t')[0], System.Globalization.CultureInfo.InvariantCulture) <= 1514 && row.EndsWith("\t1", StringComparison.Ordinal), row));
    }

    [RootFact]
    public void Shaped_AreOnlyWhatTheQueueLetsOut()
    {
        using var lab = VethLab.Create("shaped");
        lab.CaptureSide.Exec("tc", "qdisc", "add", "dev", "cap0", "root", "tbf", "rate", "1mbit", "burst", "5kb", "limit", "5kb");
        using var file = new DeviceCapture(lab.CaptureSide, Sent(96));
        Wire.TrySend(lab.CaptureSide, "cap0", [.. Enumerable.Range(0, 200).Select(i => Frames.Udp4(_flow, 1000, (uint)i))]);
        Wait.Until(() => lab.CaptureSide.Exec("tc", "-s", "qdisc", "show", "dev", "cap0").Contains("backlog 0b 0p", StringComparison.Ordinal), "the queue to be empty");
        var arrived = InterfaceCounters.Read(lab.SenderSide, "gen0").Packets;
        Assert.InRange(arrived, 5, 100);
        Assert.Equal(arrived, file.Stop((int)arrived).Packets.Count);
    }

    [RootFact]
    public void Redirected_AreSeenOnce()
    {
        using var lab = VethLab.Create("redirected");
        lab.CaptureSide.Ip("link", "add", "ifb0", "type", "ifb");
        lab.CaptureSide.Ip("link", "set", "dev", "ifb0", "up");
        lab.CaptureSide.Exec("tc", "qdisc", "add", "dev", "cap0", "clsact");
        lab.CaptureSide.Exec("tc", "filter", "add", "dev", "cap0", "egress", "protocol", "all", "u32", "match", "u32", "0", "0", "action", "mirred", "egress", "redirect", "dev", "ifb0");
        using var file = new DeviceCapture(lab.CaptureSide, Sent(96));
        Wire.Send(lab.CaptureSide, "cap0", [.. Enumerable.Range(0, 100).Select(i => Frames.Udp4(_flow, 100, (uint)i))]);
        Wait.Until(() => InterfaceCounters.Read(lab.SenderSide, "gen0").Packets == 100, "the frames to arrive");
        Assert.Equal(100, file.Stop(100).Packets.Count);
    }

    /// <summary>Packets that go past queueing (PACKET_QDISC_BYPASS) packet sockets do not see; nor does tcpdump.</summary>
    [RootTheory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Bypassing_AreSeenAsTcpdumpSeesThem(bool bypass, bool atPacketSocket)
    {
        using var lab = VethLab.Create("bypass");
        var folder = Directory.CreateTempSubdirectory("mgcap-bypass-");
        try
        {
            using var judge = new LiveTcpdump(lab.CaptureSide, "cap0", Path.Combine(folder.FullName, "judge.pcap"), "");
            judge.WaitForLinkType();
            using var file = new DeviceCapture(lab.CaptureSide, Sent(96), Engine(atPacketSocket));
            using (var sender = new FrameSender(lab.CaptureSide, "cap0", new FrameSenderOptions { Bypass = bypass }))
                sender.Send(Enumerable.Range(0, 20).Select(i => (ReadOnlyMemory<byte>)Frames.Udp4(_flow, 60, (uint)i)));
            Wait.Until(() => InterfaceCounters.Read(lab.SenderSide, "gen0").Packets == 20, "the frames to arrive");
            var judged = judge.Stop();
            Assert.Equal(bypass ? 0 : 20, judged.Length);
            Assert.Equal(judged, file.Stop(judged.Length).Frames());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>As Cilium's programs do: the verdict of an earlier one ends the chain, unless it is "next".</summary>
    [RootTheory]
    [InlineData(CaptureMode.Mirror)]
    [InlineData(CaptureMode.Drop)]
    public void EarlierPrograms_HideNothing(CaptureMode mode)
    {
        const byte Move = 0xb4, Exit = 0x95;
        using var lab = VethLab.Create("earlier");
        // r0 = TCX_PASS
        using var program = BpfProgram.Load(BpfProgramType.SchedCls, "lab_pass", [new BpfInstruction { Code = Move }, new BpfInstruction { Code = Exit }]);
        using var earlier = lab.CaptureSide.Run(() => BpfLink.AttachTcx(program.Descriptor, lab.CaptureIndex, sent: true));
        using var file = new DeviceCapture(lab.CaptureSide, Sent(96) with { Mode = mode });
        Wire.TrySend(lab.CaptureSide, "cap0", [.. Enumerable.Range(0, 100).Select(i => Frames.Udp4(_flow, 100, (uint)i))]);
        Assert.Equal(100, file.Stop(100).Packets.Count);
        Assert.Equal(mode == CaptureMode.Drop ? 0 : 100, InterfaceCounters.Read(lab.SenderSide, "gen0").Packets);
    }

    [RootFact]
    public void Drop_KeepsWhatMatchesFromTheWireAndCountsTheRest()
    {
        using var lab = VethLab.Create("dropsent");
        using var file = new DeviceCapture(lab.CaptureSide, Sent(96) with { Mode = CaptureMode.Drop, Filter = "udp port 61234" });
        Wire.TrySend(lab.CaptureSide, "cap0", [.. Enumerable.Range(0, 150).Select(i => Frames.Udp4(_flow with { DestinationPort = i % 3 == 0 ? (ushort)9 : (ushort)61234 }, 100, (uint)i))]);
        Wait.Until(() => InterfaceCounters.Read(lab.SenderSide, "gen0").Packets == 50, "what the filter leaves out to arrive");
        file.Stop(100);
        var statistics = file.Session.ReadStatistics();
        Assert.Equal((150, 100, 50), (statistics.Received, statistics.Captured, statistics.Filtered));
        Assert.Equal(50, InterfaceCounters.Read(lab.SenderSide, "gen0").Packets);
    }

    /// <summary>While the mode changes every packet is captured once, and each is dropped or arrives.</summary>
    [RootTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Switching_CapturesEverySentPacketOnce(bool atPacketSocket)
    {
        using var lab = VethLab.Create("switchsent");
        using var sender = new FrameSender(lab.CaptureSide, "cap0");
        using var sink = new MemorySink();
        var session = LabCapture.Start(lab.CaptureSide, Sent(96), sink, Engine(atPacketSocket));
        using var stop = new CancellationTokenSource();
        var fates = new SentFates();
        var flood = Task.Run(() => SendUntil(sender, fates, stop.Token));
        for (var i = 0; i < 3; i++)
        {
            session.SetMode(CaptureMode.Drop);
            WaitForMore(() => fates.Dropped, "packets to be dropped");
            session.SetMode(CaptureMode.Mirror);
            WaitForMore(() => fates.Passed, "packets to pass");
        }

        await stop.CancelAsync();
        await flood;
        var (passed, dropped) = (fates.Passed, fates.Dropped);
        session.Stop();
        var statistics = session.ReadStatistics();
        statistics.AssertAddsUp();
        Assert.Equal(passed + dropped, statistics.Captured + statistics.Dropped.Ring);
        Assert.Equal(passed, InterfaceCounters.Read(lab.SenderSide, "gen0").Packets);
        CapturedFile.Read(sink).AssertInTimeOrder();

        void WaitForMore(Func<long> count, string what)
        {
            var enough = count() + 5_000;
            Wait.Until(() => count() >= enough || flood.IsCompleted, what);
            Assert.False(flood.IsCompleted);
        }
    }

    private static void SendUntil(FrameSender sender, SentFates fates, CancellationToken stop)
    {
        var frame = Frames.Udp4(_flow, 60);
        while (!stop.IsCancellationRequested)
            fates.Add(sender.TrySend(frame));
    }

    /// <summary>What became of sent packets: the sender is told what traffic control dropped.</summary>
    private sealed class SentFates
    {
        private long _passed, _dropped;

        public long Passed => Volatile.Read(ref _passed);

        public long Dropped => Volatile.Read(ref _dropped);

        public void Add(bool passed)
        {
            ref var count = ref passed ? ref _passed : ref _dropped;
            Volatile.Write(ref count, count + 1);
        }
    }

    private static CaptureSettings Sent(int snaplen) => LabCapture.XdpSettings() with { Snaplen = snaplen, Direction = CaptureDirection.Out };

    private static CaptureEngines? Engine(bool atPacketSocket) => atPacketSocket ? LabCapture.XdpEngineWithPacketSocket() : null;

    /// <summary>Of two interfaces with the same number, in two network namespaces, each is its own.</summary>
    [RootFact]
    public void OtherNamespaces_AreNotSeen()
    {
        using var here = VethLab.Create("here");
        using var there = VethLab.Create("there");
        Assert.Equal(here.CaptureIndex, there.CaptureIndex);
        using var file = new DeviceCapture(here.CaptureSide, Sent(96));
        Wire.Send(there.CaptureSide, "cap0", Frames.Udp4(_flow, 60), Frames.Udp4(_flow, 61));
        Wire.Send(here.CaptureSide, "cap0", Frames.Udp4(_flow, 62));
        Wait.Until(() => Arrived(there) == 2 && Arrived(here) == 1, "the frames to arrive");
        Assert.Equal(62, Assert.Single(file.Stop(1).Packets).OriginalLength);
        Assert.Equal(1, file.Session.ReadStatistics().Received);
    }

    private static long Arrived(VethLab lab) => InterfaceCounters.Read(lab.SenderSide, "gen0").Packets;

    private static void WaitForAll(NetworkNamespace network, string interfaceName, DeviceCapture capture) =>
        Wait.Until(() => capture.Session.ReadStatistics().Received == InterfaceCounters.Read(network, interfaceName).Packets, "every frame to be captured");
}
