using MgCap.Capture.Engines.Xdp;
using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Tests.Support;
using MgCap.Linux;
using MgCap.Linux.Netlink;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Engines.Xdp;

/// <summary>The program that asks the driver for its device's time stamps. A veth's driver answers, but no packet here has one.</summary>
public sealed class XdpStampTests
{
    [XdpStampFact]
    public void PacketWithoutStamp_HasTheKernels_AndNoMark()
    {
        using var lab = VethLab.Create("stamped");
        using var sender = lab.OpenSender();
        var nic = lab.CaptureSide.Run(() => CaptureInterfaces.Find("cap0"))!;
        var filter = lab.CaptureSide.Run(() => XdpFilter.Compile(CaptureFilter.CompileForSocket("udp", nic, 96), nic));
        foreach (var each in (XdpFilter?[])[null, filter])
        {
            using var program = lab.CaptureSide.Run(() => new XdpProgram(96, 1, withDirection: true, each, ringBytes: 0, new XdpHooks { Receive = ReceiveHook.Bound, Binding = new DriverBinding(nic.Index, Stamps: true, Tags: false) }));
            program.UtcOffset = UtcOffset.Read().Offset;
            program.Receiving = true;
            using var attachment = lab.CaptureSide.Run(() => new XdpAttachment(program, nic, promiscuous: false));
            Assert.Equal("native", program.Hooks.Detail);
            var before = Timestamp.Now(TimeProvider.System).Nanoseconds;
            sender.Send(Frames.Udp4(new Flow(), 60));
            Wait.Until(() => program.Rings.Any(ring => !ring.IsEmpty), "the packet to be in a ring");
            var after = Timestamp.Now(TimeProvider.System).Nanoseconds;
            var ring = program.Rings.First(ring => !ring.IsEmpty);
            ring.Refresh();
            Assert.Equal(0, ProgramBlock.QueueOf(ring.Next));
            Assert.InRange(ring.NextTime, before - 1_000_000, after + 1_000_000);
        }
    }

    /// <summary>Bound to one interface, it can't be attached to another.</summary>
    [XdpStampFact]
    public void Program_IsForItsInterfaceAlone()
    {
        using var lab = VethLab.Create("bound");
        var index = lab.CaptureSide.Run(() => CaptureInterfaces.Find("cap0"))!.Index;
        var other = lab.CaptureSide.Run(() => CaptureInterfaces.Find("lo"))!;
        using var program = lab.CaptureSide.Run(() => new XdpProgram(96, 1, withDirection: true, filter: null, ringBytes: 0, new XdpHooks { Receive = ReceiveHook.Bound, Binding = new DriverBinding(index, Stamps: true, Tags: false) }));
        Assert.Throws<LinuxException>(() => lab.CaptureSide.Run(() => new XdpAttachment(program, other, promiscuous: false)));
    }

    [XdpStampFact]
    public void Drivers_SayWhetherTheyTellStamps()
    {
        using var lab = VethLab.Create("features");
        Assert.True(lab.CaptureSide.Run(() => XdpDrivers.MetadataOf(CaptureInterfaces.Find("cap0")!.Index)).HasFlag(XdpMetadata.Timestamp));
        Assert.False(lab.CaptureSide.Run(() => XdpDrivers.MetadataOf(CaptureInterfaces.Find("lo")!.Index)).HasFlag(XdpMetadata.Timestamp));
        Assert.Equal(Errno.ENODEV, Assert.Throws<LinuxException>(() => lab.CaptureSide.Run(() => XdpDrivers.MetadataOf(1_000_000))).Errno);
    }

    /// <summary>A device that can't stamp has no such captures, whatever its driver could tell.</summary>
    [RootFact]
    public void DeviceThatCannotStamp_IsRefusedWithWhatItCanDo()
    {
        using var lab = VethLab.Create("refused");
        var refusal = lab.CaptureSide.Run(() => new XdpEngine().Refusal(LabCapture.XdpSettings() with { Hwtstamp = true }, CaptureInterfaces.Find("cap0")!));
        Assert.Contains("can't stamp every received packet", refusal, StringComparison.Ordinal);
    }

    /// <summary>A test that needs a kernel whose drivers can be asked (Linux 6.7).</summary>
    private sealed class XdpStampFactAttribute : FactAttribute
    {
        public XdpStampFactAttribute() =>
            Skip = Root.SkipReason is { } reason ? reason
                : BpfObject.KernelHasFunction("bpf_xdp_metadata_rx_timestamp") ? null
                : "this kernel has no bpf_xdp_metadata_rx_timestamp";
    }
}
