using System.Globalization;
using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Gen;

public sealed class GenTests : GenTest
{
    private const string Good = "1";

    // More than the memory that the kernel makes frames in: it is used again.
    private const int Packets = 2000;

    [RootTheory]
    [InlineData("xdp", 60)]
    [InlineData("xdp", 128)]
    [InlineData("xdp", 1500)]
    [InlineData("packet", 60)]
    [InlineData("packet", 61)]
    [InlineData("packet", 128)]
    [InlineData("packet", 1500)]
    [InlineData("packet", 9000)]
    public void IPv4_ArrivesWholeAndRight(string method, int length)
    {
        if (method == "xdp")
            KernelFlood.EnableNapi(Lab);
        var says = SendAndCapture(Packets, "-l", $"{length}", "--flows", "7");
        Assert.Equal((method, Packets, 0L), (says.Method, says.Sent, says.Refused));
        AssertEachArrivedOnce(Packets);
        var fields = Fields("frame.len", "eth.src", "eth.dst", "ip.src", "ip.dst", "ip.checksum.status", "udp.checksum.status", "udp.dstport", "udp.length");
        string[] expected = [$"{length}", "02:00:00:00:00:01", "02:00:00:00:00:02", "198.18.0.1", "198.18.0.2", Good, Good, "9", $"{length - 34}"];
        Assert.All(fields, packet => Assert.Equal(expected, packet));
    }

    [RootTheory]
    [InlineData("xdp", 80)]
    [InlineData("xdp", 1500)]
    [InlineData("packet", 80)]
    [InlineData("packet", 9000)]
    public void IPv6_ArrivesWholeAndRight(string method, int length)
    {
        if (method == "xdp")
            KernelFlood.EnableNapi(Lab);
        var says = SendAndCapture(Packets, "-6", "-l", $"{length}", "--flows", "7", "--dst-mac", "02:00:00:00:00:77");
        Assert.Equal((method, Packets, 0L), (says.Method, says.Sent, says.Refused));
        AssertEachArrivedOnce(Packets);
        string[] expected = [$"{length}", "02:00:00:00:00:77", "2001:2::1", "2001:2::2", Good];
        Assert.All(Fields("frame.len", "eth.dst", "ipv6.src", "ipv6.dst", "udp.checksum.status"), packet => Assert.Equal(expected, packet));
    }

    /// <summary>The checksum passes through all values, also the one that would say that there is none.</summary>
    [RootTheory]
    [InlineData("xdp", "-4")]
    [InlineData("xdp", "-6")]
    [InlineData("packet", "-4")]
    [InlineData("packet", "-6")]
    public void Checksum_IsNeverLeftOut(string method, string version)
    {
        const int everyValue = 70_000;
        if (method == "xdp")
            KernelFlood.EnableNapi(Lab);
        Assert.Equal(method, SendAndCapture(everyValue, version, "-l", "80").Method);
        AssertEachArrivedOnce(everyValue);
        var checksums = Fields("udp.checksum.status", "udp.checksum");
        Assert.All(checksums, packet => Assert.Equal(Good, packet[0]));
        Assert.Contains("0xffff", checksums.Select(packet => packet[1]));
        Assert.DoesNotContain("0x0000", checksums.Select(packet => packet[1]));
    }

    /// <summary>A router gives the memory of frames back with other addresses and another hop limit in it.</summary>
    [RootTheory]
    [InlineData("-4")]
    [InlineData("-6")]
    public void FramesThatWereRouted_AreMadeAnew(string version)
    {
        using var lab = VethLab.Create("routed", new VethOptions { IPv6 = true });
        KernelFlood.EnableNapi(lab);
        var router = lab.CaptureSide;
        router.Exec("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding");
        router.Ip("link", "add", "name", "out0", "type", "veth", "peer", "name", "out1");
        router.Ip("link", "set", "dev", "out1", "up");
        router.Ip("link", "set", "dev", "out0", "up");
        router.Ip("address", "add", "198.18.0.254/24", "dev", "cap0");
        router.Ip("route", "add", "198.18.0.2/32", "dev", "out0");
        router.Ip("neighbour", "add", "198.18.0.2", "lladdr", "02:00:00:00:00:99", "nud", "permanent", "dev", "out0");
        router.Ip("-6", "route", "add", "2001:2::2/128", "dev", "out0");
        router.Ip("neighbour", "add", "2001:2::2", "lladdr", "02:00:00:00:00:99", "nud", "permanent", "dev", "out0");
        using (var capture = Mgcap.StartDump(router, "cap0", "-w", FilePath, "-d", "in", "-f", "udp port 9", "-c", $"{Packets}", "-a", "seconds:20"))
        {
            var outcome = Mgcap.Run(lab.SenderSide, "gen", "-i", "gen0", "-n", $"{Packets}", "--method", "xdp", version);
            Assert.True(outcome.ExitCode == 0, outcome.Errors);
            Assert.Equal(0, capture.WaitForExit().ExitCode);
        }

        Assert.InRange(InterfaceCounters.Read(router, "out1").Packets, Packets, long.MaxValue);
        AssertEachArrivedOnce(Packets);
        string[] expected = version == "-4" ? ["02:00:00:00:00:02", "64", ""] : ["02:00:00:00:00:02", "", "64"];
        Assert.All(Fields("eth.dst", "ip.ttl", "ipv6.hlim"), packet => Assert.Equal(expected, packet));
    }

    [RootTheory]
    [InlineData("xdp")]
    [InlineData("packet")]
    public void Flows_TakeTurns(string method)
    {
        KernelFlood.EnableNapi(Lab);
        SendAndCapture(1000, "--flows", "250", "--method", method);
        var flows = Fields("udp.srcport").GroupBy(port => port[0]).ToDictionary(port => int.Parse(port.Key, CultureInfo.InvariantCulture), port => port.Count());
        Assert.Equal(Enumerable.Range(49152, 250).ToDictionary(port => port, _ => 4), flows);
    }

    [RootTheory]
    [InlineData("xdp", "0,1")]
    [InlineData("packet", "1")]
    public void Threads_NumberTheirOwn(string method, string cores)
    {
        KernelFlood.EnableNapi(Lab);
        var says = SendAndCapture(5000, "--threads", "3", "--core", cores, "--method", method);
        // As fast as they can: threads of two processors may find the device's ring full while the one that empties it is held up.
        Assert.Equal(5000, says.Sent + says.Refused);
        AssertNoneIsLostButRefused(says, 1667, 1667, 1666);
    }

    [RootFact]
    public void ModerateRate_LosesNothing()
    {
        var says = SendAndCapture(20_000, "-r", "20000", "--threads", "2", "--flows", "100");
        Assert.Equal((20_000, 0L), (says.Sent, says.Refused));
        AssertEachArrivedOnce(10_000, 10_000);
    }

    [RootFact]
    public void Rate_IsKept()
    {
        var (slow, arrivedSlowly) = SendAndTime("2000");
        var (fast, arrivedFast) = SendAndTime("8000");
        // Four times the rate takes a fourth of the time; a busy machine may take longer over either.
        Assert.InRange(slow.Seconds / fast.Seconds, 2, 6);
        // What it reports is what the other end sees, from the first packet to the last.
        Assert.InRange(slow.PacketsPerSecond / arrivedSlowly, 0.9, 1.1);
        Assert.InRange(fast.PacketsPerSecond / arrivedFast, 0.8, 1.25);
        Assert.Equal(slow.PacketsPerSecond * 128 * 8, slow.BitsPerSecond, 1.0);
    }

    /// <summary>With the packets a second by the time stamps at the other end.</summary>
    private (GenSays Says, double Arrived) SendAndTime(string rate)
    {
        var says = SendAndCapture(Packets, "-r", rate);
        var times = Fields("frame.time_epoch").Select(packet => double.Parse(packet[0], CultureInfo.InvariantCulture)).ToList();
        return (says, (Packets - 1) / (times.Max() - times.Min()));
    }

    [RootTheory]
    [InlineData("INT", true)]
    [InlineData("TERM", true)]
    [InlineData("INT", false)]
    public void Signal_EndsItWithASummary(string signal, bool napi)
    {
        if (napi)
            KernelFlood.EnableNapi(Lab);
        using var run = Mgcap.StartCommand(Lab.SenderSide, null, BuiltPrograms.CommandLine, "gen", "-i", "gen0", "--json");
        Wait.Until(() => Lab.ReadArrivals().Packets > 1000, "packets to arrive");
        run.Signal(signal);
        var outcome = run.WaitForExit();
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(["Sending on gen0 (method " + (napi ? "xdp" : "packet") + ", 128 bytes, flows 1, threads 1)"], outcome.ErrorLines);
        Assert.Equal(Lab.ReadArrivals().Packets, GenSays.Read(outcome.Output).Sent);
    }

    [RootTheory]
    [InlineData("xdp")]
    [InlineData("packet")]
    public void WhatTheReceiverHasNoRoomFor_IsCountedAsRefused(string method)
    {
        const int packets = 1_000_000;
        // On a core of its own the sender is faster than the receiver.
        KernelFlood.EnableThreadedNapi(Lab, core: 1);
        var says = Send("-n", $"{packets}", "--core", "0", "--method", method);
        Assert.Equal(packets, says.Sent + says.Refused);
        Wait.Until(() => Lab.ReadArrivals().Packets == says.Sent, "everything that was sent to arrive, and no more");
        if (method == "xdp")
            Assert.NotEqual(0, says.Refused);
    }

    [RootFact]
    public void Summary_IsReadByPeople()
    {
        var outcome = Mgcap.Run(Lab.SenderSide, "gen", "-i", "gen0", "-n", "10");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Matches(
            """
            ^Packets sent/refused on interface 'gen0': 10/0
            In [0-9]+[.][0-9]{3} s: [0-9]+ packets/s, [0-9]+[.][0-9] Mbit/s \(method packet: not xdp: frames do not go out; a veth needs NAPI at its other end: ethtool -K PEER gro on\)
            $
            """,
            outcome.Output);
    }

    /// <summary>Other programs may slow either down, so the best of a few rounds counts.</summary>
    [RootFact]
    public void Xdp_IsFarFasterThanPacketSockets()
    {
        KernelFlood.EnableNapi(Lab);
        var (xdp, packet) = (0.0, 0.0);
        for (var round = 0; round < 3; round++)
        {
            xdp = Math.Max(xdp, Send("-n", "1000000", "--core", "0", "--method", "xdp").PacketsPerSecond);
            packet = Math.Max(packet, Send("-n", "300000", "--core", "0", "--method", "packet").PacketsPerSecond);
        }

        Assert.InRange(xdp / packet, 1.3, double.MaxValue);
    }
}
