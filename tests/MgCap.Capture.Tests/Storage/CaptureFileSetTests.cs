using MgCap.Capture.Pcapng;
using MgCap.Capture.Storage;
using MgCap.Capture.Tests.Pcapng;

namespace MgCap.Capture.Tests.Storage;

public sealed class CaptureFileSetTests : IDisposable
{
    private const long Start = 1_700_000_000_000_000_000;
    private const int PacketsOfAFile = 3_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mgcap-set-");

    [Fact]
    public void Files_AreOneFileWithOneHead()
    {
        var files = CaptureFileSet.Of([Write(0), Write(1), Write(2)]);
        using var stream = files.Open();

        var scan = PcapngScan.Scan(stream);

        Assert.Null(scan.Damage);
        Assert.Equal((files.Length, 3 * PacketsOfAFile, 2), (scan.ValidLength, scan.Packets, scan.Interfaces.Count));
    }

    [Fact]
    public void Index_GoesOnThroughTheFiles()
    {
        var index = CaptureIndex.Read(CaptureFileSet.Of([Write(0), Write(1), Write(2)]));

        Assert.Equal((index.Files.Length, 3 * PacketsOfAFile, 2), (index.Length, index.Packets, index.Interfaces.Count));
        Assert.Equal((new Timestamp(Start), TimeOf(2, PacketsOfAFile - 1)), (index.FirstPacketAt!.Value, index.LastPacketAt!.Value));
        var (offset, packet) = (0L, 0L);
        foreach (var entry in index.Entries)
        {
            Assert.Equal((offset, packet), (entry.Offset, entry.FirstPacket));
            using var cut = SliceStream.Open(index, entry.Offset, entry.End);
            var part = PcapngScan.Scan(cut);
            Assert.Null(part.Damage);
            Assert.Equal((entry.Packets, 2), (part.Packets, part.Interfaces.Count));
            (offset, packet) = (entry.End, entry.EndPacket);
        }

        var found = index.Entries[index.FindTime(TimeOf(1, 1))];
        Assert.InRange(PacketsOfAFile + 1, found.FirstPacket, found.EndPacket);
    }

    [Fact]
    public void Sections_KeepTheirOwnInterfaces()
    {
        var index = CaptureIndex.Read(CaptureFileSet.Of([Write(0), Write(1, "eth1/rx0"), Write(2, "eth1/rx0"), Write(3)]));
        string[][] expected = [["eth0/rx0", "eth0/rx1"], ["eth1/rx0", "eth0/rx1"], ["eth1/rx0", "eth0/rx1"], ["eth0/rx0", "eth0/rx1"]];

        using (var whole = index.Files.Open())
            Assert.Equal(expected.Where((_, i) => i != 2).SelectMany(names => names), PcapngScan.Scan(whole).Interfaces.Select(each => each.Description.Name));
        foreach (var entry in index.Entries)
        {
            using var cut = SliceStream.Open(index, entry.Offset, entry.End);
            Assert.Equal(expected[entry.FirstPacket / PacketsOfAFile], PcapngScan.Scan(cut).Interfaces.Select(each => each.Description.Name));
        }
    }

    [Fact]
    public void FileThatIsNone_IsReadForWhatItIs()
    {
        var broken = Path.Combine(_folder.FullName, "broken.pcapng");
        File.WriteAllBytes(broken, [.. new byte[7], 1, 2, 3]);

        var files = CaptureFileSet.Of([new StoredFile(broken, 10), Write(1), new StoredFile(broken, 10)]);

        Assert.Equal(Write(1).Length + 20, files.Length);
    }

    /// <summary>A file that was cut while it was read ends the reading there: nothing of another file is taken for it.</summary>
    [Fact]
    public void FileThatIsShorterThanItWas_EndsTheStream()
    {
        var (first, second) = (Write(0), Write(1));
        using var stream = CaptureFileSet.Of([first, second]).Open();
        using (var file = new FileStream(first.Path, FileMode.Open))
            file.SetLength(first.Length / 2);
        using var read = new MemoryStream();

        stream.CopyTo(read);

        Assert.Equal(first.Length / 2, read.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void FileThatIsGone_IsAnIOException(int missing)
    {
        StoredFile[] files = [Write(0), Write(1)];
        File.Delete(files[missing].Path);

        Assert.ThrowsAny<IOException>(() => CaptureFileSet.Of(files));
    }

    [Fact]
    public void Stream_Seeks()
    {
        var files = CaptureFileSet.Of([Write(0), Write(1)]);
        using var whole = new MemoryStream();
        using (var stream = files.Open())
            stream.CopyTo(whole);
        using var part = files.Open(100, files.Length - 100);
        var random = new Random(1);
        var buffer = new byte[5000];

        for (var i = 0; i < 200; i++)
        {
            var at = random.NextInt64(part.Length - buffer.Length);
            part.Position = at;
            part.ReadExactly(buffer);
            Assert.True(whole.GetBuffer().AsSpan((int)at + 100, buffer.Length).SequenceEqual(buffer), $"at {at}");
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static Timestamp TimeOf(int file, int packet) => new(Start + ((file * PacketsOfAFile) + packet) * 1_000_000L);

    private StoredFile Write(int number, string firstInterface = "eth0/rx0")
    {
        var file = CaptureBuilder.Start().Interface(firstInterface).Interface("eth0/rx1");
        for (var i = 0; i < PacketsOfAFile; i++)
            file.Packet(i % 2, TimeOf(number, i).Nanoseconds, new byte[200], 1500);
        var path = Path.Combine(_folder.FullName, $"{number}.pcapng");
        File.WriteAllBytes(path, file.ToArray());
        return new StoredFile(path, new FileInfo(path).Length);
    }
}
