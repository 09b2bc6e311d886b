using MgCap.Capture.Engines.Xdp;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;
using static MgCap.Capture.Tests.Support.Wire;

namespace MgCap.Capture.Tests.Pipeline;

/// <summary>The kernel counts packets without a protocol handler as rx_dropped after they were captured: they are not lost.</summary>
public sealed class UnwantedPacketsTests
{
    [RootTheory]
    [InlineData(EngineNames.Packet, CaptureDirection.Both)]
    [InlineData(EngineNames.Xdp, CaptureDirection.Both)]
    [InlineData(EngineNames.Xdp, CaptureDirection.In)]
    public void PacketsWithoutHandler_AreCapturedAndNotLost(string engine, CaptureDirection direction)
    {
        using var lab = VethLab.Create("unwanted");
        byte[][] unwanted = [OfType(0x88cc), OfType(0x9000), Frames.Vlan(7, OfType(0x9001)), OfType(0x4321)];
        using var file = new DeviceCapture(lab.CaptureSide, LabCapture.SettingsFor(engine) with { Direction = direction });
        var before = InterfaceCounters.Read(lab.CaptureSide, "cap0").Dropped;
        Send(lab.SenderSide, "gen0", [.. unwanted, Frames.Udp4(new Flow(), 60)]);
        file.Stop(unwanted.Length + 1);

        var statistics = file.Session.ReadStatistics();
        // A packet socket for every protocol, which sees sent packets too, is a handler for all of them but the tagged one.
        var seenBySocket = engine == EngineNames.Packet || (direction == CaptureDirection.Both && !EgressHooks.KernelHasTracepoint);
        var unhandled = seenBySocket ? 1 : unwanted.Length;
        Assert.Equal(unhandled, InterfaceCounters.Read(lab.CaptureSide, "cap0").Dropped - before);
        Assert.Equal((unwanted.Length + 1, 0, unhandled), (statistics.Captured, statistics.Dropped.Nic, statistics.RxDropped));
    }

    private static byte[] OfType(ushort type)
    {
        var frame = Frames.Udp4(new Flow(), 60);
        (frame[12], frame[13]) = ((byte)(type >> 8), (byte)type);
        return frame;
    }
}
