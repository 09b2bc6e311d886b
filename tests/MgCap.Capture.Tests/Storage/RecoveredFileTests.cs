using MgCap.Capture.Pcapng;
using MgCap.Capture.Storage;
using MgCap.Capture.Tests.Pcapng;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Storage;

public sealed class RecoveredFileTests
{
    private static readonly Timestamp _start = Timestamp.Parse("2026-11-22T12:00:00Z");

    [Fact]
    public void CutFile_EndsAtItsLastWholeBlock()
    {
        var builder = Sample();
        var whole = builder.ToArray();
        // Every length that a dying process may leave.
        for (var length = 1; length <= whole.Length; length += 7)
        {
            using var file = new TemporaryFile(whole.AsSpan(0, length));
            var recovered = RecoveredFile.Recover(file.Path);
            var valid = builder.BlockEnds.LastOrDefault(end => end <= length);
            Assert.Equal(length - valid, recovered.BytesCut);
            Assert.Equal(new FileInfo(file.Path).Length, recovered.File.Bytes);
            if (valid > 0)
                Assert.True(whole.AsSpan(0, valid).SequenceEqual(File.ReadAllBytes(file.Path).AsSpan(0, valid)), "nothing whole is lost");
            var scan = PcapngScan.Scan(file.Path);
            Assert.Null(scan.Damage);
            Assert.NotEmpty(scan.Interfaces);
        }
    }

    [Fact]
    public void WholeFile_StaysAsItIs()
    {
        var whole = Sample().ToArray();
        using var file = new TemporaryFile(whole);
        var recovered = RecoveredFile.Recover(file.Path);
        Assert.Equal(whole, File.ReadAllBytes(file.Path));
        Assert.Equal(("eth0", "udp", 96, "why", 0), (recovered.Interface, recovered.Filter, recovered.Snaplen, recovered.Comment, recovered.BytesCut));
        Assert.Equal((3, _start.Nanoseconds, _start.Nanoseconds + 2), (recovered.File.Packets, recovered.File.FirstPacketAt!.Value.Nanoseconds, recovered.File.LastPacketAt!.Value.Nanoseconds));
    }

    /// <summary>The packets are counted; the losses are those of the last statistics.</summary>
    [Fact]
    public void Account_IsThatOfTheFile()
    {
        using var file = new TemporaryFile(Sample().ToArray());
        var statistics = RecoveredFile.Recover(file.Path).Statistics;
        Assert.Equal((3, 206, 1640, 30), (statistics.Captured, statistics.CapturedBytes, statistics.WireBytes, statistics.Filtered));
        Assert.Equal((2, 4, 4), (statistics.Dropped.Nic, statistics.Dropped.Ring, statistics.Dropped.Writer));
        Assert.Equal(statistics.Received, statistics.Filtered + statistics.Captured + statistics.Dropped.Ring + statistics.Dropped.Writer);
        Assert.Equal([(3, "rx3", 2L), (-1, "tx", 1L)], statistics.Queues.Select(row => (row.Queue, row.Name, row.Captured)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5000)]
    public void FileWithoutASection_BecomesAnEmptyCapture(int zeros)
    {
        using var file = new TemporaryFile(new byte[zeros]);
        var recovered = RecoveredFile.Recover(file.Path);
        Assert.Equal((zeros, 0, null), (recovered.BytesCut, recovered.File.Packets, recovered.Interface));
        Assert.Equal("", ReferenceTools.Tshark("-r", file.Path));
        Assert.Equal("", ReferenceTools.Tcpdump("-nr", file.Path));
        // And once more, as the process may die again.
        Assert.Equal(0, RecoveredFile.Recover(file.Path).BytesCut);
    }

    [Fact]
    public void MissingFile_IsAnIOException() => Assert.ThrowsAny<IOException>(() => RecoveredFile.Recover("/nonexistent/capture.pcapng"));

    private static CaptureBuilder Sample()
    {
        var file = CaptureBuilder.Start(new SectionHeader { Comment = "why" });
        foreach (var name in (string[])["eth0/rx3", "eth0/tx"])
            file.Interface(new InterfaceDescription { Name = name, LinkType = 1, SnapLength = 96, Filter = "udp" });
        file.Packet(0, _start.Nanoseconds, new byte[50], 80, PacketDirection.Inbound)
            .Packet(0, _start.Nanoseconds + 1, new byte[60], 60, PacketDirection.Inbound)
            .Packet(1, _start.Nanoseconds + 2, new byte[96], 1500, PacketDirection.Outbound);
        for (var id = 0; id < 2; id++)
        {
            file.Statistics(new InterfaceStatistics
            {
                InterfaceId = id,
                At = _start,
                StartTime = _start,
                EndTime = _start,
                // Of the second queue's 11 packets the filter left 10 out; of the first one's 30, 20.
                Received = id == 0 ? 30UL : 11,
                FilterAccepted = id == 0 ? 10UL : 1,
                InterfaceDropped = id == 0 ? 2UL : 0,
                OperatingSystemDropped = id == 0 ? 4UL : 0,
                UserDelivered = id == 0 ? 2UL : 1,
            });
        }

        return file;
    }
}
