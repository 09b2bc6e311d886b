using MgCap.Capture.Blocks;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Storage;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Capture.Tests.Storage;

/// <summary>Capture files that go past the page cache: nothing about them differs but the way.</summary>
public sealed class DirectWritingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mgcap-sink-");

    private string FilePath => Path.Combine(_folder.FullName, "capture.pcapng");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Long and short blocks, with something between them that nobody foresaw; readers see each when it is written.</summary>
    [DirectIoFact]
    public void File_IsWhatWasWritten()
    {
        var random = new Random(1);
        using var expected = new MemoryStream();
        using (var sink = new FileSink(FilePath, syncInterval: TimeSpan.FromMilliseconds(20)))
        {
            var queue = new PacketBlockQueue(2, queues: 0);
            for (var i = 0; i < 200; i++)
            {
                if (random.Next(10) == 0)
                {
                    var other = PacketBlock.Of(new byte[random.Next(1, 50) * 4]);
                    Write(sink, other, expected);
                    queue.Shift(other.Length);
                }

                var block = queue.TakeEmpty();
                var length = random.Next(3) switch { 0 => random.Next(1, 1000) * 4, 1 => 4 * random.Next(20_000, 60_000), _ => block.Free.Length };
                random.NextBytes(block.Free[..length]);
                block.Advance(length);
                queue.AddFull(block);
                Write(sink, queue.TakeFull(TimeSpan.Zero)!, expected);
                block.Release();
                Assert.Equal((expected.Length, expected.Length), (sink.Length, new FileInfo(FilePath).Length));
            }

            Assert.Equal(FileIo.Direct, sink.FileIo);
            sink.Finish([1, 2, 3, 4]);
            expected.Write([1, 2, 3, 4]);
        }

        Assert.True(expected.ToArray().AsSpan().SequenceEqual(File.ReadAllBytes(FilePath)), "the file differs from what was written");
        // What was reserved is given back.
        var taken = long.Parse(Tool.Run("stat", "-c", "%b", FilePath), System.Globalization.CultureInfo.InvariantCulture) * 512;
        Assert.InRange(taken, expected.Length, expected.Length + 1024 * 1024);
    }

    [RootDirectIoFact]
    public void CaptureUnderLoad_HasEveryPacketThatItCounts()
    {
        using var lab = VethLab.Create("direct");
        using var sender = lab.OpenSender();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.Settings() with { Snaplen = 9014 }, new FileSink(FilePath));

        sender.Flood([Frames.Udp4(new Flow(), 9000)], 20_000);
        session.RequestStop(StopReason.User);
        session.WaitForEnd();

        Assert.Equal(FileIo.Direct, session.FileIo);
        var statistics = session.ReadStatistics();
        statistics.AssertAddsUp();
        Assert.InRange(statistics.Captured, 1, 20_000);
        CapturedFile.Read(FilePath).AssertIs(statistics, "cap0");
        Assert.Contains($"{statistics.Captured}", ReferenceTools.Capinfos("-c", "-M", FilePath), StringComparison.Ordinal);
    }

    [RootDirectIoFact]
    public void FullDisk_EndsTheFileAfterAWholeBlock()
    {
        using var disk = new LoopDisk(_folder, mebibytes: 24);
        var path = Path.Combine(disk.Path, "capture.pcapng");
        var queue = new PacketBlockQueue(1, queues: 0);
        var written = 0L;
        using (var sink = new FileSink(path))
        {
            Assert.Equal(FileIo.Direct, sink.FileIo);
            Assert.Throws<SinkFullException>(Fill);
            sink.Finish(new byte[60_000]);

            void Fill()
            {
                while (true)
                {
                    var block = queue.TakeEmpty();
                    block.Free.Fill(7);
                    block.Advance(block.Free.Length - 4);
                    queue.AddFull(block);
                    sink.Write(block);
                    written += block.Length;
                    queue.TakeFull(TimeSpan.Zero)!.Release();
                }
            }
        }

        var content = File.ReadAllBytes(path);
        Assert.InRange(written, 12 * 1024 * 1024, 24 * 1024 * 1024);
        Assert.Equal(written + 60_000, content.Length);
        Assert.Equal(-1, content.AsSpan(0, (int)written).IndexOfAnyExcept((byte)7));
    }

    /// <summary>A file that another program removes or truncates ends its capture: packets that are counted must be in a file.</summary>
    [Theory]
    [InlineData(true, "removed")]
    [InlineData(false, "cut")]
    public void FileThatOthersTakeAway_IsAFailure(bool removed, string word)
    {
        using var sink = new FileSink(FilePath);
        sink.Write(PacketBlock.Of(new byte[1000]));
        if (removed)
        {
            File.Delete(FilePath);
        }
        else
        {
            using var file = new FileStream(FilePath, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Write, Share = FileShare.ReadWrite });
            file.SetLength(10);
        }

        IOException? failure = null;
        Wait.Until(() => (failure = Failure(() => sink.Write(PacketBlock.Of(new byte[4])))) is not null, "the failure");

        Assert.Contains($"was {word} by another program", failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MemoryFileSystem_IsWrittenThroughThePageCache()
    {
        var path = $"/dev/shm/mgcap-{Guid.NewGuid():N}";
        try
        {
            using var sink = new FileSink(path);
            var bytes = new byte[512 * 1024];
            new Random(2).NextBytes(bytes);
            sink.Write(PacketBlock.Of(bytes));
            Assert.Equal(FileIo.Buffered, sink.FileIo);
            Assert.Equal(bytes, File.ReadAllBytes(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [DirectIoFact]
    public void DiskTrial_SaysWhatADiskTakesAndLeavesNothing()
    {
        var trial = DiskTrial.Run(_folder.FullName, TimeSpan.FromSeconds(0.5), 0, TimeSpan.FromSeconds(1), CancellationToken.None);

        Assert.Equal(FileIo.Direct, trial.FileIo);
        Assert.InRange(trial.Seconds, 0.5, 60);
        Assert.Equal(trial.Bytes / trial.Seconds, trial.BytesPerSecond, 1);
        Assert.InRange(trial.SlowestWriteSeconds, double.Epsilon, trial.Seconds);
        Assert.Equal([96, 1514], trial.Holds.Select(rate => rate.CapturedLength));
        Assert.All(trial.Holds, rate => Assert.InRange(rate.PacketsPerSecond * rate.CapturedLength, 1, trial.BytesPerSecond));
        Assert.Empty(_folder.EnumerateFileSystemInfos());
    }

    [Fact]
    public void DiskTrial_WithoutRoom_IsRefusedAndLeavesNothing()
    {
        var refused = Assert.Throws<CaptureRefusedException>(() => DiskTrial.Run(_folder.FullName, TimeSpan.FromSeconds(1), long.MaxValue / 2, null, CancellationToken.None));

        Assert.Equal(RefusalCode.StorageFull, refused.Code);
        Assert.Empty(_folder.EnumerateFileSystemInfos());
    }

    /// <summary>What could not be made to last is said at the next write: a descriptor that is not open stands for a disk that fails.</summary>
    [Fact]
    public void FileThatCannotBeSynced_IsAFailure()
    {
        using var none = new SafeFileHandle(int.MaxValue, ownsHandle: false);
        using var sync = new FileSync(none, TimeSpan.FromMilliseconds(1));
        sync.ThrowIfFailed();
        sync.Written(1);

        IOException? failure = null;
        Wait.Until(() => (failure = Failure(sync.ThrowIfFailed)) is not null, "the failure");

        Assert.Contains("may not be on the disk", failure!.Message, StringComparison.Ordinal);
        Assert.ThrowsAny<IOException>(sync.Finish);
    }

    private static void Write(FileSink sink, PacketBlock block, MemoryStream expected)
    {
        sink.Write(block);
        expected.Write(block.Content);
    }

    private static IOException? Failure(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (IOException exception)
        {
            return exception;
        }
    }
}
