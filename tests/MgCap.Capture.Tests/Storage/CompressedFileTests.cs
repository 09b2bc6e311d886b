using MgCap.Capture.Storage;
using MgCap.Capture.Tests.Pcapng;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Storage;

/// <summary>A file that was compressed has the same content, read here and by zstd(1).</summary>
public sealed class CompressedFileTests : IDisposable
{
    private const int Packets = 30_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mgcap-zstd-");

    private string FilePath => Path.Combine(_folder.FullName, "a.pcapng");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Content_IsWhatItWas_FromAnyPlaceOn()
    {
        var (file, plain) = Write(Packets);
        var before = CaptureIndex.Read(CaptureFileSet.Of([file]));
        var written = File.GetLastWriteTimeUtc(file.Path);

        var length = CompressedFile.Make(file);
        Assert.False(File.Exists(file.Path));
        Assert.Equal((length, written), (new FileInfo(CompressedFile.PathOf(FilePath)).Length, File.GetLastWriteTimeUtc(CompressedFile.PathOf(FilePath))));
        Assert.InRange(length!.Value, 1, plain.Length / 2);

        var index = CaptureIndex.Read(CaptureFileSet.Of([file]));
        Assert.Equal(before.Entries, index.Entries);
        Assert.True(index.Entries.Count > 5, $"{index.Entries.Count} segments");
        using var stream = CaptureFileSet.Of([file]).Open();
        var random = new Random(20261130);
        var buffer = new byte[100_000];
        for (var i = 0; i < 500; i++)
        {
            stream.Position = random.Next(plain.Length);
            var wanted = buffer.AsSpan(0, random.Next(1, buffer.Length));
            var read = stream.ReadAtLeast(wanted, wanted.Length, throwOnEndOfStream: false);
            Assert.True(plain.AsSpan((int)stream.Position - read, read).SequenceEqual(wanted[..read]));
            Assert.Equal(Math.Min(wanted.Length, plain.Length - (stream.Position - read)), read);
        }
    }

    [Fact]
    public async Task Content_IsTheSame_WithoutWaiting_AndToZstd()
    {
        var (file, plain) = Write(Packets);
        CompressedFile.Make(file);

        using var copy = new MemoryStream();
        await using (var stream = CaptureFileSet.Of([file]).Open())
            await stream.CopyToAsync(copy);
        Assert.Equal(plain, copy.ToArray());
        Tool.Run("zstd", "-q", "-d", CompressedFile.PathOf(FilePath), "-o", FilePath);
        Assert.Equal(plain, await File.ReadAllBytesAsync(FilePath));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 * 1024)]
    [InlineData((16 + 512) * 1024)]
    [InlineData((16 + 512) * 1024 + 1)]
    public void AnyLength_IsRight(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        File.WriteAllBytes(FilePath, content);
        CompressedFile.Make(new StoredFile(FilePath, length));
        Assert.Equal([CompressedFile.PathOf(FilePath)], Directory.GetFiles(_folder.FullName));

        using (var compressed = FileContent.Open(FilePath))
        {
            var read = new byte[length + 1];
            var at = 0;
            for (int count; (count = compressed.Read(read.AsSpan(at), at)) > 0; at += count)
            {
            }

            Assert.Equal(content, read[..at]);
        }

        Tool.Run("zstd", "-q", "-d", CompressedFile.PathOf(FilePath), "-o", FilePath);
        Assert.Equal(content, File.ReadAllBytes(FilePath));
    }

    /// <summary>A reader that has the file open keeps it, and one that opens it later gets what it would have got.</summary>
    [Fact]
    public void Reader_IsNotDisturbed()
    {
        var (file, plain) = Write(Packets);
        using var stream = CaptureFileSet.Of([file]).Open();
        var first = new byte[plain.Length / 2];
        stream.ReadExactly(first);
        CompressedFile.Make(file);
        var second = new byte[plain.Length - first.Length];
        stream.ReadExactly(second);
        Assert.Equal(plain, first.Concat(second));
    }

    /// <summary>The file of before stays, and nothing else is left.</summary>
    [Fact]
    public void WhatIsInTheWay_LeavesTheFileAsItIs()
    {
        var (file, plain) = Write(Packets);
        Assert.Throws<IOException>(() => CompressedFile.Make(file with { Length = file.Length - 8 }));
        Assert.Throws<FileNotFoundException>(() => CompressedFile.Make(new StoredFile(FilePath + "x", 1)));
        for (var frames = 0; frames < 20; frames++)
        {
            var left = frames;
            if (CompressedFile.Make(file, () => left-- > 0) is not null)
                break;
            Assert.Equal(plain, File.ReadAllBytes(FilePath));
            Assert.Equal([FilePath], Directory.GetFiles(_folder.FullName));
        }

        Assert.False(File.Exists(FilePath), "it was compressed at last");
    }

    /// <summary>As a ring of files removes it: nothing of it is left.</summary>
    [Fact]
    public void FileThatIsRemovedMeanwhile_IsGone()
    {
        var (file, _) = Write(Packets);
        Assert.Throws<FileNotFoundException>(() => CompressedFile.Make(file, () =>
        {
            File.Delete(FilePath);
            return true;
        }));
        Assert.Empty(Directory.GetFiles(_folder.FullName));
    }

    /// <summary>The process may die before the file is removed, or before anybody knows that it was.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void CompressedBefore_StaysWhatItWas(bool both)
    {
        var (file, plain) = Write(Packets);
        var length = CompressedFile.Make(file);
        // Of another length: what is read must not be this.
        if (both)
            File.WriteAllBytes(FilePath, plain[..^100]);
        using (var stream = CaptureFileSet.Of([file]).Open())
        {
            var read = new byte[plain.Length];
            stream.ReadExactly(read);
            Assert.Equal(plain, read);
        }

        Assert.Equal(length, CompressedFile.Make(file));
        Assert.Equal([CompressedFile.PathOf(FilePath)], Directory.GetFiles(_folder.FullName));
        Assert.Throws<IOException>(() => CompressedFile.Make(file with { Length = file.Length - 1 }));
        Assert.True(File.Exists(CompressedFile.PathOf(FilePath)), "it is still there");
    }

    /// <summary>A byte that has changed is told of, and never read as a packet; wherever it is, and wherever the reader begins.</summary>
    [Theory]
    [InlineData(50)]
    [InlineData(10_000)]
    public void Damage_IsAnError(int packets)
    {
        var (file, plain) = Write(packets);
        CompressedFile.Make(file);
        var compressed = File.ReadAllBytes(CompressedFile.PathOf(FilePath));
        var random = new Random(7);
        // Every bit of the table, some of the frames, and files that were cut.
        var bits = Enumerable.Range(8 * Math.Max(0, compressed.Length - 60), 8 * Math.Min(60, compressed.Length)).Concat(Enumerable.Range(0, 60).Select(_ => random.Next(8 * compressed.Length)));
        foreach (var bit in bits)
        {
            var damaged = (byte[])compressed.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            RequireToldOrRight(file, plain, damaged, bit);
        }

        for (var i = 0; i < 30; i++)
            RequireToldOrRight(file, plain, compressed[..random.Next(compressed.Length)], -i);
    }

    private static void RequireToldOrRight(StoredFile file, byte[] plain, byte[] damaged, int bit)
    {
        File.WriteAllBytes(CompressedFile.PathOf(file.Path), damaged);
        foreach (var start in (int[])[plain.Length - 1, plain.Length / 2, 0])
        {
            try
            {
                using var stream = CaptureFileSet.Of([file]).Open();
                stream.Position = start;
                var read = new byte[plain.Length - start];
                stream.ReadExactly(read);
                Assert.True(plain.AsSpan(start).SequenceEqual(read), $"bit {bit}: other bytes from {start} on");
                // A frame before the one that is read, or what says nothing of the content.
            }
            catch (IOException exception)
            {
                Assert.True(exception is EndOfStreamException || exception.Message.Contains("damaged", StringComparison.Ordinal), exception.Message);
            }
        }
    }

    [Fact]
    public void LostCatalogue_FindsIt()
    {
        var folder = new CaptureFolder(_folder.FullName, Guid.CreateVersion7());
        folder.Create();
        var (file, plain) = Write(3_000);
        var path = folder.PathOf("20261130T120000Z-eth0.pcapng");
        File.Move(file.Path, path);
        var expected = RecoveredCapture.Recover(folder)!;
        CompressedFile.Make(new StoredFile(path, plain.Length));

        Assert.Equal(["20261130T120000Z-eth0.pcapng"], folder.FileNames());
        var found = RecoveredCapture.Recover(folder)!;
        Assert.Equal((expected.Last.File, expected.Statistics.Captured), (found.Last.File, found.Statistics.Captured));
        Assert.Equal(new FileInfo(CompressedFile.PathOf(path)).Length, folder.CompressedLength("20261130T120000Z-eth0.pcapng"));
    }

    private (StoredFile File, byte[] Content) Write(int packets)
    {
        var random = new Random(1);
        var file = CaptureBuilder.Start().Interface("eth0/rx0");
        for (var i = 0; i < packets; i++)
        {
            var data = new byte[96];
            random.NextBytes(data.AsSpan(0, 20));
            file.Packet(0, 1_700_000_000_000_000_000 + i * 100_000L, data, 1500);
        }

        var content = file.ToArray();
        File.WriteAllBytes(FilePath, content);
        return (new StoredFile(FilePath, content.Length), content);
    }
}
