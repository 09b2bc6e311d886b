using MgCap.Linux.Kmod;

namespace MgCap.Linux.Tests.Kmod;

/// <summary>Answers of the module, recorded in a guest with Linux 6.1, from the generic netlink header on.</summary>
public sealed class CaptureModuleTests
{
    private const int HeaderLength = 4;

    private const string Filtered = """
        030100000800010001000000070003006c6f0000080002000100000008000400c800000008000500800000000800060000010000080007000200000008000c00
        020000000c000d0002000000000000000c000e0000000000000000000c000f0002000000000000000c00100000000000000000000c001100c400000000000000
        0c001200c4000000000000000c00150000000000000000000c0016000000000000000000080009001a000000
        """;

    private const string Unfiltered = """
        03010000080001000400000007000300763000000800020002000000080004006000000008000500008000000800060080000000080007000200000008000c00
        050000000c000d0005000000000000000c000e0000000000000000000c000f0005000000000000000c00100000000000000000000c0011004001000000000000
        0c00120040010000000000000c00150000000000000000000c0016000000000000000000
        """;

    [Fact]
    public void CaptureWithFilter_IsReadWhole() => Assert.Equal(
        new ModuleCapture
        {
            InterfaceIndex = 1,
            Interface = "lo",
            Drops = true,
            Snaplen = 200,
            Slots = 128,
            SlotSize = 256,
            Rings = 2,
            FilterLength = 26,
            Fill = 2,
            Received = 2,
            Captured = 2,
            CapturedBytes = 196,
            WireBytes = 196,
        },
        Parse(Filtered));

    [Fact]
    public void CaptureWithout_IsReadWhole() => Assert.Equal(
        new ModuleCapture
        {
            InterfaceIndex = 4,
            Interface = "v0",
            Snaplen = 96,
            Slots = 32768,
            SlotSize = 128,
            Rings = 2,
            Fill = 5,
            Received = 5,
            Captured = 5,
            CapturedBytes = 320,
            WireBytes = 320,
        },
        Parse(Unfiltered));

    [Fact]
    public void AttributesOfLaterVersions_ArePassedOver() =>
        Assert.Equal(Parse(Unfiltered), Parse("0a00ff03" + "616263646566" + "0000" + Compact(Unfiltered)[(2 * HeaderLength)..], skip: 0));

    private static ModuleCapture Parse(string recorded, int skip = HeaderLength) =>
        CaptureModule.Parse(Convert.FromHexString(Compact(recorded)).AsSpan(skip));

    private static string Compact(string recorded) => recorded.ReplaceLineEndings("");
}
