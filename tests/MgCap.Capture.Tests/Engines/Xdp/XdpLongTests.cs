using System.Net;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Engines.Xdp;

/// <summary>Packets that are longer than an XDP program can copy (BIG TCP on loopback): they are cut, not lost.</summary>
public sealed class XdpLongTests
{
    // What an XDP program reaches: two copies of 65,535 bytes.
    private const int Reach = 131_070;

    [RootTheory]
    [InlineData(262_144, false, 262_144)]
    [InlineData(262_144, true, Reach)]
    [InlineData(Reach + 1, true, Reach)]
    [InlineData(Reach, true, Reach)]
    [InlineData(96, false, 96)]
    public void BigPackets_AreCutAndNoneIsLost(int snaplen, bool withoutTcx, int longest)
    {
        using var inside = NetworkNamespace.Create("bigtcp", ipv6: true);
        inside.Ip("link", "set", "dev", "lo", "gso_max_size", "400000", "gro_max_size", "400000");
        using var sockets = new DeviceCapture(inside, LabCapture.Settings("lo") with { Snaplen = CaptureSettings.MaxSnaplen });
        using var file = new DeviceCapture(inside, LabCapture.XdpSettings("lo") with { Snaplen = snaplen }, LabCapture.XdpEngine(withoutTcx));
        TcpTransfer.Run(inside, inside, IPAddress.IPv6Loopback, 10_000_000);
        // The kernel's own count, of packets and of their bytes, is the judge.
        Wait.Until(() => file.Session.ReadStatistics().Received == InterfaceCounters.Read(inside, "lo").Packets, "every packet to be accounted for");
        var counters = InterfaceCounters.Read(inside, "lo");
        var captured = file.Stop((int)counters.Packets);
        // Without what precedes the network header.
        var bytes = counters.Bytes + (Frames.EthernetLength * counters.Packets);
        Assert.Equal((0, bytes), (file.Session.ReadStatistics().Dropped.Ring, captured.Packets.Sum(packet => packet.OriginalLength)));
        Assert.True(captured.Packets.Max(packet => packet.OriginalLength) > Reach, "there are long packets");
        Assert.All(captured.Packets, packet => Assert.Equal(Math.Min(longest, packet.OriginalLength), packet.Data.Length));
        // What two processors see at the same time has no order.
        Assert.Equal(sockets.Stop((int)counters.Packets).Frames().Select(frame => Start(frame, longest)).Order(), captured.Frames().Select(frame => Start(frame, longest)).Order());
    }

    private static string Start(string frame, int bytes) => frame[..Math.Min(frame.Length, 2 * bytes)];
}
