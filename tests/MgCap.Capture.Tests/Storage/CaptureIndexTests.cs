using System.Buffers.Binary;
using System.Diagnostics;
using MgCap.Capture.Blocks;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Storage;
using MgCap.Capture.Tests.Pcapng;

namespace MgCap.Capture.Tests.Storage;

public sealed class CaptureIndexTests : IDisposable
{
    private const long Second = 1_000_000_000;
    private const long Start = 1_700_000_000 * Second;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mgcap-index-");

    private string FilePath => Path.Combine(_folder.FullName, "a.pcapng");

    [Fact]
    public void Index_MadeWhileWriting_SaysWhatAScanSays()
    {
        Write(Blocks(count: 40, packets: 1000, Second / 100));

        var index = ReadIndex();

        Assert.True(index.Entries.Count > 5, $"{index.Entries.Count} segments");
        RequireSameAsFile(index);
    }

    [Fact]
    public void Index_OfAFileWithoutOne_IsMadeFromTheFile()
    {
        Write(Blocks(count: 40, packets: 1000, Second / 100));
        File.Delete(CaptureIndex.PathOf(FilePath));

        var index = ReadIndex();

        Assert.True(index.Entries.Count > 5, $"{index.Entries.Count} segments");
        RequireSameAsFile(index);
    }

    [Fact]
    public void Index_Saved_IsReadAsItWas()
    {
        Write(Blocks(count: 10, packets: 1000, Second));
        File.Delete(CaptureIndex.PathOf(FilePath));
        var length = new FileInfo(FilePath).Length;
        var made = ReadIndex(length);

        made.Save();
        var read = ReadIndex(length);

        Assert.Equal(made.Entries, read.Entries);
        Assert.Equal(made.Interfaces, read.Interfaces);
    }

    [Fact]
    public void Index_CutAnywhere_IsCompletedFromTheFile()
    {
        Write(Blocks(count: 12, packets: 800, Second / 2));
        var whole = File.ReadAllBytes(CaptureIndex.PathOf(FilePath));
        var length = new FileInfo(FilePath).Length;
        for (var cut = 0; cut < whole.Length; cut += 37)
        {
            File.WriteAllBytes(CaptureIndex.PathOf(FilePath), whole[..cut]);
            RequireSameAsFile(ReadIndex(length));
        }
    }

    [Fact]
    public void Index_WithNonsenseBehind_IsReadUpToIt()
    {
        Write(Blocks(count: 12, packets: 800, Second / 2));
        var whole = File.ReadAllBytes(CaptureIndex.PathOf(FilePath));
        var length = new FileInfo(FilePath).Length;
        for (var end = 0; end < whole.Length; end += 8)
        {
            File.WriteAllBytes(CaptureIndex.PathOf(FilePath), [.. whole[..end], .. new byte[512], .. Enumerable.Repeat((byte)0xff, 512)]);
            RequireSameAsFile(ReadIndex(length));
        }
    }

    /// <summary>One of version 1 has no checksums.</summary>
    [Fact]
    public void Index_OfTheVersionBefore_IsRead()
    {
        Write(Blocks(count: 12, packets: 800, Second / 2));
        var index = File.ReadAllBytes(CaptureIndex.PathOf(FilePath));
        for (var record = 0; record < index.Length; record += IndexRecord.Size)
            BinaryPrimitives.WriteUInt32LittleEndian(index.AsSpan(record + 4), record == 0 ? 1u : 0);
        File.WriteAllBytes(CaptureIndex.PathOf(FilePath), index);

        var read = ReadIndex();

        Assert.Equal(0, read.LengthRead);
        RequireSameAsFile(read);
    }

    [Fact]
    public void Index_OfAVersionToCome_IsMadeFromTheFile()
    {
        Write(Blocks(count: 12, packets: 800, Second / 2));
        var index = File.ReadAllBytes(CaptureIndex.PathOf(FilePath));
        BinaryPrimitives.WriteUInt32LittleEndian(index.AsSpan(4), 3);
        File.WriteAllBytes(CaptureIndex.PathOf(FilePath), index);

        var read = ReadIndex();

        Assert.Equal(read.Length, read.LengthRead);
        RequireSameAsFile(read);
    }

    [Fact]
    public void Index_OfAnotherFile_IsNotBelieved()
    {
        Write(Blocks(count: 12, packets: 800, Second / 2));
        var other = File.ReadAllBytes(CaptureIndex.PathOf(FilePath));
        Write(Blocks(count: 30, packets: 333, Second / 2, length: 77));
        File.WriteAllBytes(CaptureIndex.PathOf(FilePath), other);

        RequireSameAsFile(ReadIndex());
    }

    [Fact]
    public void Index_OfAFileThatStillGrows_CoversWhatCounts()
    {
        var blocks = Blocks(count: 20, packets: 300, Second / 4);
        using var sink = new FileSink(FilePath, indexed: true);
        sink.Begin(Head());
        foreach (var block in blocks)
        {
            sink.Write(block);
            var index = ReadIndex(sink.Length);
            Assert.Equal(sink.Length, index.Length);
            RequireContiguous(index);
        }

        Assert.Equal(20 * 300, ReadIndex(sink.Length).Packets);
    }

    /// <summary>Before every interface was described at the head, one was described when its first packet came.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Index_OfAFileThatDescribesInterfacesLate_KnowsThem(bool saved)
    {
        var file = CaptureBuilder.Start().Interface("eth0/rx0");
        for (var i = 0; i < 12_000; i++)
        {
            if (i == 6_000)
                file.Interface("eth0/rx1");
            file.Packet(i < 6_000 ? 0 : i % 2, Start + (i * Second / 1000), new byte[96], 1500);
        }

        File.WriteAllBytes(FilePath, file.ToArray());
        var index = ReadIndex();
        if (saved)
        {
            index.Save();
            index = ReadIndex(index.Length);
            Assert.Equal(0, index.LengthRead);
        }

        RequireSameAsFile(index);
        RequireNamedInterfaces(index, index.Entries[^1]);
    }

    [Fact]
    public void Index_OfAQuietCaptureOfADay_StaysSmall()
    {
        Write(Blocks(count: 86_400, packets: 1, Second));

        var index = ReadIndex();

        Assert.InRange(index.Entries.Count, 4096, 20_000);
        RequireSameAsFile(index);
    }

    [Fact]
    public void Cut_FromTheMiddle_KnowsTheInterfacesBefore()
    {
        Write(Blocks(count: 20, packets: 1000, Second / 10));
        var index = ReadIndex();
        RequireNamedInterfaces(index, index.Entries[index.Entries.Count / 2]);
    }

    [Fact]
    public void Writer_ThatCannotWrite_LeavesTheCaptureAlone()
    {
        Directory.CreateDirectory(CaptureIndex.PathOf(FilePath));

        Write(Blocks(count: 3, packets: 100, Second));

        Assert.Null(PcapngScan.Scan(FilePath).Damage);
        Assert.Equal(300, PcapngScan.Scan(FilePath).Packets);
    }

    [Fact]
    public void Writer_TakesAFractionOfTheTimeOfTheWrite()
    {
        var block = PacketBlock.Of(new byte[PacketBlock.Size]);
        var summary = new PacketSummary(8192, Start, Start + Second, 8192 * 1500);
        using var sink = new FileSink(FilePath);
        using var index = new CaptureIndexWriter(FilePath);
        index.Add(block.Length, summary);
        var (writes, records) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var i = 0; i < 200; i++)
        {
            var clock = Stopwatch.StartNew();
            sink.Write(block);
            writes.Add(clock.Elapsed);
            clock.Restart();
            index.Add(block.Length, summary);
            records.Add(clock.Elapsed);
        }

        var (write, record) = (Median(writes), Median(records));
        Assert.True(record < write / 10, $"{record.TotalMicroseconds} µs for a record, {write.TotalMicroseconds} µs for a buffer");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static SectionHead Head() => new(
        new SectionHeader { UserApplication = "test" },
        [new InterfaceDescription { Name = "eth0/rx0", LinkType = 1 }, new InterfaceDescription { Name = "eth0/rx1", LinkType = 1 }]);

    /// <summary>Blocks as the encoder makes them; packets of the second interface come from the middle on.</summary>
    private static IEnumerable<PacketBlock> Blocks(int count, int packets, long gap, int length = 96)
    {
        var blocks = new PacketBlockQueue(1, queues: 2);
        for (var i = 0; i < count; i++)
        {
            var block = blocks.TakeEmpty();
            for (var j = 0; j < packets; j++)
            {
                var queue = i < count / 2 ? 0 : j % 2;
                var time = Start + i * gap + j * (gap / packets);
                block.Advance(PcapngEncoder.WriteEnhancedPacket(block.Free, queue, new Timestamp(time), 1500, new byte[length]));
                block.Count(queue, time, length, 1500);
            }

            yield return block;
            block.Release();
        }
    }

    private CaptureIndex ReadIndex(long? length = null) => CaptureIndex.Read(CaptureFileSet.Of(FilePath, length ?? new FileInfo(FilePath).Length));

    private void Write(IEnumerable<PacketBlock> blocks)
    {
        using var sink = new FileSink(FilePath, indexed: true);
        sink.Begin(Head());
        foreach (var block in blocks)
            sink.Write(block);
        sink.Finish([]);
    }

    private static void RequireNamedInterfaces(CaptureIndex index, IndexEntry segment)
    {
        using var cut = SliceStream.Open(index, segment.Offset, segment.End);
        using var reader = PcapngReader.Open(cut);
        long packets = 0;
        while (reader.Read())
        {
            if (reader.BlockKind != PcapngBlockKind.Packet)
                continue;
            Assert.Equal($"eth0/rx{reader.InterfaceId}", reader.Interface.Name);
            packets++;
        }

        Assert.Equal(segment.Packets, packets);
    }

    private void RequireSameAsFile(CaptureIndex index)
    {
        var scan = PcapngScan.Scan(FilePath);
        RequireContiguous(index);
        Assert.Equal(scan.ValidLength, index.Length);
        Assert.Equal(scan.Packets, index.Packets);
        Assert.Equal(scan.WireBytes, index.Entries.Sum(entry => entry.WireBytes));
        Assert.Equal((scan.FirstPacketAt, scan.LastPacketAt), (index.FirstPacketAt, index.LastPacketAt));
        Assert.Equal(scan.Interfaces.Count, index.Interfaces.Count);
        foreach (var entry in index.Entries)
        {
            using var cut = SliceStream.Open(index, entry.Offset, entry.End);
            var part = PcapngScan.Scan(cut);
            Assert.Null(part.Damage);
            Assert.Equal(entry.Packets, part.Packets);
            Assert.Equal(entry.WireBytes, part.WireBytes);
            if (entry.Packets > 0)
                Assert.Equal((entry.FirstTime, entry.LastTime), (part.FirstPacketAt!.Value.Nanoseconds, part.LastPacketAt!.Value.Nanoseconds));
        }
    }

    private static TimeSpan Median(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);

    private static void RequireContiguous(CaptureIndex index)
    {
        var (offset, packet) = (0L, 0L);
        foreach (var entry in index.Entries)
        {
            Assert.Equal((offset, packet), (entry.Offset, entry.FirstPacket));
            (offset, packet) = (entry.End, entry.EndPacket);
        }
    }
}
