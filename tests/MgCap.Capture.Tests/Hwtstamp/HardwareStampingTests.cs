using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Interfaces;
using MgCap.Linux.Ethtool;

namespace MgCap.Capture.Tests.Hwtstamp;

/// <summary>Which devices are refused, and what is said of them. Switching takes one that stamps: tests/kmod has one.</summary>
public sealed class HardwareStampingTests
{
    private const uint None = 1 << 0, All = 1 << 1, PtpV2Event = 1 << 12;

    [Fact]
    public void DeviceThatStampsEverythingByAClock_IsTaken() =>
        Assert.Null(HardwareStamping.Refusal(With(new HardwareTimestamping(Supported: true, 0, 0, ClockIndex: 3, None | All, 1))));

    [Fact]
    public void DeviceWithoutAClock_IsRefused() => Assert.Equal(
        "its device does not say which clock makes its stamps, so that they can't be brought to UTC",
        HardwareStamping.Refusal(With(new HardwareTimestamping(Supported: true, 0, 0, ClockIndex: -1, None | All, 1))));

    [Fact]
    public void DeviceThatStampsPtpOnly_IsRefusedWithWhatItCanDo() => Assert.Equal(
        "its device (driver igb) can't stamp every received packet (it can stamp of received packets: none, ptpv2-event; of sent ones: off, on; its clock: /dev/ptp0)",
        HardwareStamping.Refusal(With(new HardwareTimestamping(Supported: false, 0, 0, ClockIndex: 0, None | PtpV2Event, 3))));

    [Fact]
    public void DeviceThatCantStamp_CantBeSwitched()
    {
        var nic = With(new HardwareTimestamping(Supported: false, 0, 0, ClockIndex: -1));
        Assert.Equal(RefusalCode.HwtstampUnsupported, Assert.Throws<CaptureRefusedException>(() => HardwareStamping.Set(nic, enabled: true)).Code);
        Assert.Equal(RefusalCode.HwtstampUnsupported, Assert.Throws<CaptureRefusedException>(() => HardwareStamping.Set(nic, enabled: false)).Code);
    }

    [Theory]
    [InlineData(0, 0, "none", "off")]
    [InlineData(1, 1, "all", "on")]
    [InlineData(12, 2, "ptpv2-event", "onestep-sync")]
    [InlineData(15, 3, "ntp-all", "onestep-p2p")]
    [InlineData(99, -1, "99", "-1")]
    public void FiltersAndTypes_HaveTheNamesOfEthtool(int filter, int type, string expectedFilter, string expectedType)
    {
        var told = HwtstampInfo.Of(With(new HardwareTimestamping(Supported: true, filter, type, ClockIndex: 0)));
        Assert.Equal((expectedFilter, expectedType, filter == 1), (told.RxFilter, told.TxType, told.Enabled));
    }

    private static CaptureInterface With(HardwareTimestamping timestamping) => new()
    {
        Name = "eth0",
        Index = 2,
        Mac = null,
        Mtu = 1500,
        Up = true,
        SpeedMbps = null,
        Driver = "igb",
        Kind = null,
        RxQueues = 1,
        LinkType = LinkType.Ethernet,
        HardwareType = 1,
        IsLoopback = false,
        StripsVlanTags = false,
        Timestamping = timestamping,
        Counters = default,
    };
}
