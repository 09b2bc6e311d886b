using MgCap.Capture.Interfaces;
using MgCap.Capture.Statistics;
using MgCap.Linux.Netlink;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Statistics;

/// <summary>Which of an interface's counters are losses.</summary>
public sealed class DeviceLossesTests
{
    [Fact]
    public void Growth_GoesOnPastAReset()
    {
        var growth = new DeviceLosses.Growth(1000);
        growth.Follow(1000);
        Assert.Equal(0, growth.Total);
        growth.Follow(1007);
        growth.Follow(3);
        Assert.Equal(10, growth.Total);
    }

    [RootFact]
    public void RxDropped_IsApartFromLosses_AndStaysWhenTheInterfaceIsGone()
    {
        using var inside = NetworkNamespace.Create("losses");
        var tun = new TapDevice(inside, "tun0", ip: true);
        tun.Lose(0);
        using var losses = inside.Run(() => new DeviceLosses(CaptureInterfaces.Find("tun0")!));
        tun.Lose(0);
        tun.Lose(0);
        losses.Read(last: false);
        Assert.Equal((0, 2), (losses.Lost, losses.Dropped));
        tun.Dispose();
        Wait.Until(() => inside.Run(() => NetworkLinks.Find("tun0")) is null, "the interface to be gone");
        losses.Read(last: true);
        Assert.Equal((0, 2), (losses.Lost, losses.Dropped));
    }
}
