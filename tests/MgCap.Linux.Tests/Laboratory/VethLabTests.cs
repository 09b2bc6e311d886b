using MgCap.Linux.Tests.Rings;
using MgCap.Testing;

namespace MgCap.Linux.Tests.Laboratory;

public class VethLabTests
{
    // Reports of multicast groups, duplicate address detection and a router solicitation: what a host with IPv6 sends by itself.
    private const int PacketsOfANoisyHost = 4;

    [RootTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Wire_CarriesNothing_ButWhatIsSent(bool addresses)
    {
        using var lab = VethLab.Create("quiet", new VethOptions { Addresses = addresses });
        using var reader = new RingReader(lab);
        using var sender = lab.OpenSender();
        // A host that came up later, and is not kept from it, has sent by then what hosts send by themselves.
        using var noisy = VethLab.Create("noisy", new VethOptions { IPv6 = true });
        Wait.Until(() => noisy.ReadArrivals().Packets >= PacketsOfANoisyHost, "the packets that a host sends by itself");
        var frame = Frames.Udp4(new Flow { DestinationMac = new byte[] { 2, 0, 0, 0, 0, 9 } }, 100);
        sender.Send(frame);

        Assert.Equal(frame, Assert.Single(reader.Read(1)).Data);
        // The interfaces have counted since their birth, before the ring was there.
        Assert.Equal(new InterfaceCounters(1, 100, 0, 0), lab.ReadArrivals());
        Assert.Equal(new InterfaceCounters(0, 0, 0, 0), InterfaceCounters.Read(lab.SenderSide, lab.Options.SenderName));
    }

    [RootFact]
    public void Wire_WithIPv6_IsNotSilent()
    {
        // The control of the test above: what it looks for is there to be found.
        using var lab = VethLab.Create("noisy", new VethOptions { IPv6 = true });
        Wait.Until(() => lab.ReadArrivals().Packets > 0, "a packet that nobody sent");
    }

    [RootFact]
    public void Hosts_WithAddresses_ReachEachOther()
    {
        using var lab = VethLab.Create("ping", new VethOptions { Addresses = true });
        lab.SenderSide.Exec("ping", "-c", "1", "-W", "5", VethLab.CaptureAddress);
        // The question and nothing else: no ARP.
        Assert.Equal(1, lab.ReadArrivals().Packets);
    }

    [RootFact]
    public void DeleteCable_TakesBothEndsAway()
    {
        using var lab = VethLab.Create("cut");
        lab.DeleteCable();
        lab.DeleteCable();
        Assert.DoesNotContain(lab.Options.CaptureName, lab.CaptureSide.Ip("link", "show"), StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Flood_CountsWhatTheKernelTook(bool bypass)
    {
        using var lab = VethLab.Create("flood");
        using var sender = lab.OpenSender(new FrameSenderOptions { Bypass = bypass });
        byte[][] frames = [.. Enumerable.Range(0, 100).Select(number => Frames.Udp4(Flow.Numbered(number), 60 + number, (uint)number))];
        var result = sender.Flood(frames, 100_007, core: 0);

        Assert.Equal(100_007, result.Sent);
        var bytes = Enumerable.Range(0, 100_007).Sum(number => 60L + number % 100);
        Assert.Equal(new InterfaceCounters(100_007, bytes, 0, 0), lab.ReadArrivals());
    }

    [RootFact]
    public async Task Flood_EndsWhenCancelled()
    {
        using var lab = VethLab.Create("cancel");
        using var sender = lab.OpenSender();
        using var cancellation = new CancellationTokenSource();
        var flood = sender.StartFlood([Frames.Udp4(new Flow(), 60)], cancellation: cancellation.Token);
        Wait.Until(() => lab.ReadArrivals().Packets > 1000, "the flood to run");
        await cancellation.CancelAsync();
        Assert.Equal((await flood).Sent, lab.ReadArrivals().Packets);
    }

    [RootTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Arrivals_UnderNapi_AreWhatWasSent(bool threaded)
    {
        using var lab = VethLab.Create("napi", new VethOptions { CaptureName = threaded ? "napit0" : "napi0" });
        if (threaded)
            Assert.Single(KernelFlood.EnableThreadedNapi(lab, core: Environment.ProcessorCount - 1));
        else
            KernelFlood.EnableNapi(lab);
        using var sender = lab.OpenSender(new FrameSenderOptions { Bypass = true });
        var arrival = KernelFlood.Measure(lab, () => sender.Flood([Frames.Udp4(new Flow(), 60)], 200_000, core: 0));

        Assert.Equal(200_000, arrival.Flood.Sent);
        Assert.Equal(arrival.Flood.Sent, arrival.Packets);
        // A frame that is refused within a batch is counted by the device alone; it comes first in the next one.
        Assert.InRange(InterfaceCounters.Read(lab.SenderSide, lab.Options.SenderName).Unsent, arrival.Flood.Refused, long.MaxValue);
    }
}
