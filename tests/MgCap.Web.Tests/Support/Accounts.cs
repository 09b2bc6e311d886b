using MgCap.Capture.Pcapng;
using MgCap.Web.Catalogue;

namespace MgCap.Web.Tests.Support;

/// <summary>Compares what the API says of a capture with what its file says.</summary>
internal static class Accounts
{
    /// <summary>Requires a file that is whole and a record that says of it what is in it.</summary>
    public static void RequireAgreement(CaptureRecord record, byte[] file)
    {
        var scan = RequireWhole(file);
        var statistics = record.Statistics;
        Assert.Equal(statistics.Received, statistics.Filtered + statistics.Captured + statistics.Dropped.Ring + statistics.Dropped.Writer);
        Assert.Equal(scan.Packets, statistics.Captured);
        Assert.Equal(scan.CapturedBytes, statistics.CapturedBytes);
        Assert.Equal(scan.WireBytes, statistics.WireBytes);
        var described = Assert.Single(record.Files);
        Assert.Equal(file.Length, described.Bytes);
        Assert.Equal(scan.Packets, described.Packets);
        Assert.Equal(scan.FirstPacketAt, described.FirstPacketAt);
        Assert.Equal(scan.LastPacketAt, described.LastPacketAt);
    }

    /// <summary>Requires that the file's last statistics blocks have the API's figures, in sum and by queue.</summary>
    public static void RequireSameStatistics(CaptureRecord record, byte[] file)
    {
        var scan = RequireWhole(file);
        var statistics = record.Statistics;
        var blocks = scan.Interfaces.Select(each => each.LastStatistics!.Value).ToArray();
        Assert.NotEmpty(blocks);
        Assert.Equal(statistics.Received, Sum(blocks, block => block.Received));
        Assert.Equal(statistics.Filtered, Sum(blocks, block => block.Received - block.FilterAccepted));
        Assert.Equal(statistics.Captured, Sum(blocks, block => block.UserDelivered));
        Assert.Equal(statistics.Dropped.Ring, Sum(blocks, block => block.OperatingSystemDropped));
        Assert.Equal(statistics.Dropped.Writer, Sum(blocks, block => block.FilterAccepted - block.OperatingSystemDropped - block.UserDelivered));
        Assert.Equal(statistics.Dropped.Nic, Sum(blocks, block => block.InterfaceDropped));
        Assert.All(blocks, block => Assert.True(block.StartTime <= block.EndTime, "a statistics block that ends before it starts"));
        foreach (var described in scan.Interfaces)
        {
            var name = described.Description.Name!.Split('/') is [_, var queue] ? queue : "";
            var row = Assert.Single(statistics.Queues, row => row.Name == name);
            Assert.Equal(row.Received, (long)described.LastStatistics!.Value.Received);
            Assert.Equal(row.Captured, described.Packets);
            Assert.Equal(row.WireBytes, described.WireBytes);
        }
    }

    /// <summary>Requires a file of nothing but whole blocks.</summary>
    public static PcapngScan RequireWhole(byte[] file)
    {
        using var stream = new MemoryStream(file);
        var scan = PcapngScan.Scan(stream);
        Assert.True(scan.Damage is null, $"the file is damaged: {scan.Damage?.Message}");
        Assert.Equal(file.Length, scan.ValidLength);
        Assert.NotNull(scan.Section);
        return scan;
    }

    private static long Sum(IEnumerable<InterfaceStatistics> blocks, Func<InterfaceStatistics, ulong> figure) => blocks.Sum(block => (long)figure(block));
}
