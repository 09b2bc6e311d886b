using CsCheck;
using MgCap.Capture.Pcapng;

namespace MgCap.Capture.Tests.Pcapng;

public sealed class PcapngScanTests
{
    private static readonly InterfaceStatistics _early = new() { InterfaceId = 1, Received = 1, UserDelivered = 1 };
    private static readonly InterfaceStatistics _late = new() { InterfaceId = 1, Received = 9, UserDelivered = 2 };

    [Fact]
    public void WholeFile_IsCounted()
    {
        var file = Sample().ToArray();
        var scan = PcapngScan.Scan(new MemoryStream(file));
        Assert.Equal(file.Length, scan.ValidLength);
        Assert.Null(scan.Damage);
        Assert.Equal(4, scan.Packets);
        Assert.Equal(3 + 5 + 0 + 8, scan.CapturedBytes);
        Assert.Equal(60 + 5 + 1500 + 8, scan.WireBytes);
        Assert.Equal(new Timestamp(100), scan.FirstPacketAt);
        Assert.Equal(new Timestamp(400), scan.LastPacketAt);
        Assert.Equal("MgCap", scan.Section!.UserApplication);
        Assert.Equal(["eth0/rx0", "eth0/rx1"], scan.Interfaces.Select(one => one.Description.Name));
        Assert.Equal([1L, 3], scan.Interfaces.Select(one => one.Packets));
        Assert.Equal([3L, 13], scan.Interfaces.Select(one => one.CapturedBytes));
        Assert.Equal([60L, 1513], scan.Interfaces.Select(one => one.WireBytes));
        Assert.Equal([null, _late], scan.Interfaces.Select(one => one.LastStatistics));
    }

    [Fact]
    public void FileCutAnywhere_IsWholeUpToItsLastWholeBlock()
    {
        var sample = Sample();
        var file = sample.ToArray();
        var whole = PcapngScan.Scan(new MemoryStream(file));
        for (var length = 0; length <= file.Length; length++)
        {
            var scan = PcapngScan.Scan(new MemoryStream(file, 0, length));
            var expected = sample.BlockEnds.LastOrDefault(end => end <= length);
            Assert.Equal(expected, scan.ValidLength);
            Assert.Equal(expected != length, scan.Damage is { IsTruncated: true });

            var again = PcapngScan.Scan(new MemoryStream(file, 0, expected));
            Assert.Null(again.Damage);
            Assert.Equal(expected, again.ValidLength);
            Assert.Equal((again.Packets, again.WireBytes, again.LastPacketAt), (scan.Packets, scan.WireBytes, scan.LastPacketAt));
            Assert.InRange(scan.Packets, 0, whole.Packets);
        }
    }

    [Fact]
    public void TailOfZerosOrGarbage_IsLeftOut()
    {
        var file = Sample().ToArray();
        for (var length = 1; length < 100; length++)
            AssertLeftOut(file, new byte[length]);
        AssertLeftOut(file, new byte[2_000_000]);
        Gen.Byte.Array[1, 200].Sample(garbage => AssertLeftOut(file, garbage));
    }

    [Fact]
    public void FileWithNoWholeSection_HasNothing()
    {
        foreach (var file in new byte[][] { [], [10], [10, 13, 13, 10], new byte[4096], Sample().ToArray()[4..] })
        {
            var scan = PcapngScan.Scan(new MemoryStream(file));
            Assert.Equal(0, scan.ValidLength);
            Assert.Equal(0, scan.Packets);
            Assert.Null(scan.Section);
            Assert.Null(scan.FirstPacketAt);
            Assert.Null(scan.LastPacketAt);
            Assert.Empty(scan.Interfaces);
            Assert.Equal(file.Length > 0, scan.Damage is not null);
        }
    }

    [Fact]
    public void PacketsOutOfOrder_GiveTheEarliestAndTheLatest()
    {
        var file = CaptureBuilder.Start().Interface("eth0").Packet(0, 5, []).Packet(0, 3, []).Packet(0, 9, []).Packet(0, 7, []);
        var scan = PcapngScan.Scan(new MemoryStream(file.ToArray()));
        Assert.Equal((new Timestamp(3), new Timestamp(9)), (scan.FirstPacketAt!.Value, scan.LastPacketAt!.Value));
    }

    [Fact]
    public void FurtherSection_AddsItsInterfaces()
    {
        var second = CaptureBuilder.Start(new SectionHeader { UserApplication = "other" }).Interface("wlan0").Packet(0, 1, [1])
            .Statistics(new InterfaceStatistics { InterfaceId = 0, Received = 77 });
        var scan = PcapngScan.Scan(new MemoryStream([.. Sample().ToArray(), .. second.ToArray()]));
        Assert.Null(scan.Damage);
        Assert.Equal("MgCap", scan.Section!.UserApplication);
        Assert.Equal(5, scan.Packets);
        Assert.Equal(["eth0/rx0", "eth0/rx1", "wlan0"], scan.Interfaces.Select(one => one.Description.Name));
        Assert.Equal([1L, 3, 1], scan.Interfaces.Select(one => one.Packets));
        Assert.Equal([null, 9UL, 77UL], scan.Interfaces.Select(one => one.LastStatistics?.Received));
    }

    [Fact]
    public void File_IsScannedByPathAndStreamsFromWhereTheyStand()
    {
        var file = Sample().ToArray();
        using var temporary = new TemporaryFile([.. file, 1, 2, 3]);
        Assert.Equal(file.Length, PcapngScan.Scan(temporary.Path).ValidLength);
        using var stream = new MemoryStream([9, 9, 9, .. file]) { Position = 3 };
        Assert.Equal(file.Length, PcapngScan.Scan(stream).ValidLength);
        Assert.True(stream.CanRead);
        Assert.Throws<FileNotFoundException>(() => PcapngScan.Scan(temporary.Path + ".gone"));
    }

    private static void AssertLeftOut(byte[] file, byte[] tail)
    {
        var scan = PcapngScan.Scan(new MemoryStream([.. file, .. tail]));
        Assert.Equal(file.Length, scan.ValidLength);
        Assert.NotNull(scan.Damage);
        Assert.Equal(4, scan.Packets);
        Assert.Equal(_late, scan.Interfaces[1].LastStatistics);
    }

    private static CaptureBuilder Sample() => CaptureBuilder.Start(new SectionHeader { UserApplication = "MgCap", Comment = "x" })
        .Interface("eth0/rx0", 96).Interface("eth0/rx1", 96)
        .Packet(1, 100, [1, 2, 3, 4, 5])
        .Packet(0, 200, [1, 2, 3], 60, PacketDirection.Inbound)
        .Statistics(_early)
        .Packet(1, 300, [], 1500)
        .Packet(1, 400, [1, 2, 3, 4, 5, 6, 7, 8], 8, PacketDirection.Outbound)
        .Statistics(_late);
}
