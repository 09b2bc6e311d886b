using System.IO.Pipes;
using MgCap.Capture.Blocks;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Storage;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Capture.Tests.Pipeline;

public sealed class SinkTests : IDisposable
{
    private const int MiB = 1024 * 1024;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mgcap-sink-");

    private string FilePath => Path.Combine(_folder.FullName, "capture.pcapng");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void File_HasWhatWasWrittenAndNoMore()
    {
        File.WriteAllBytes(FilePath, new byte[10_000]);
        using (var sink = new FileSink(FilePath))
        {
            sink.Write(PacketBlock.Of([1, 2, 3, 4]));
            Assert.Equal((4, 4), (sink.Length, new FileInfo(FilePath).Length));
            sink.Finish([5, 6, 7, 8]);
            Assert.Equal(8, sink.Length);
        }

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], File.ReadAllBytes(FilePath));
        Assert.Equal("8", Tool.Run("stat", "-c", "%s", FilePath).Trim());
        Assert.InRange(long.Parse(Tool.Run("stat", "-c", "%b", FilePath)), 0, 64); // What was reserved is given back.
    }

    [Fact]
    public void FileInUse_CanBeRead()
    {
        using var sink = new FileSink(FilePath);
        sink.Write(PacketBlock.Of([1, 2, 3]));
        Assert.Equal([1, 2, 3], Tool.Run("od", "-An", "-tu1", FilePath).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(byte.Parse));
    }

    [Fact]
    public void TooLittleFreeSpace_IsMetBeforeTheFileIsMade()
    {
        Assert.Throws<SinkFullException>(() => new FileSink(FilePath, long.MaxValue));
        Assert.False(File.Exists(FilePath));
    }

    [Fact]
    public void UnwritablePlace_IsAnIOException() =>
        Assert.ThrowsAny<IOException>(() => new FileSink(Path.Combine(_folder.FullName, "missing", "capture.pcapng")));

    [RootTheory]
    [InlineData(4)]
    [InlineData(40)]
    public void FullFileSystem_KeepsWholeWritesAndRoomForTheEnd(int mebibytes)
    {
        using var disk = new SmallDisk(_folder, mebibytes);
        var path = Path.Combine(disk.Path, "capture.pcapng");
        var bytes = new byte[100_000];
        Array.Fill(bytes, (byte)7);
        var block = PacketBlock.Of(bytes);
        var written = 0;
        using (var sink = new FileSink(path))
        {
            var full = Assert.Throws<SinkFullException>(() =>
            {
                for (; written < 1000; written++)
                    sink.Write(block);
            });
            Assert.Contains("no room to write to", full.Message, StringComparison.Ordinal);
            Assert.Equal(100_000L * written, sink.Length);
            sink.Finish(new byte[60_000]);
        }

        Assert.InRange(written, (mebibytes - 1) * 10, mebibytes * 11);
        var content = File.ReadAllBytes(path);
        Assert.Equal(100_000 * written + 60_000, content.Length);
        Assert.Equal(-1, content.AsSpan(0, 100_000 * written).IndexOfAnyExcept((byte)7));
    }

    [RootFact]
    public void FullFileSystem_EndsACaptureWithNothingLost()
    {
        using var lab = VethLab.Create("fulldisk");
        using var sender = lab.OpenSender();
        using var disk = new SmallDisk(_folder, 4);
        var path = Path.Combine(disk.Path, "capture.pcapng");
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.Settings() with { Snaplen = 9014 }, new FileSink(path));
        sender.Flood([Frames.Udp4(new Flow(), 9000)], 2_000);
        var end = session.WaitForEnd();
        Assert.Equal(StopReason.StorageFull, end.Reason);
        Assert.Contains("no room", end.Error, StringComparison.Ordinal);
        var statistics = session.ReadStatistics();
        statistics.AssertAddsUp();
        Assert.InRange(statistics.Captured, 100, 500);
        var file = CapturedFile.Read(path);
        file.AssertIs(statistics, "cap0");
        Assert.Equal(new FileInfo(path).Length, session.File.Bytes);
    }

    [RootFact]
    public void NoRoomForAFile_RefusesTheCapture()
    {
        using var inside = NetworkNamespace.Create("noroom");
        using var disk = new SmallDisk(_folder, 1);
        File.WriteAllBytes(Path.Combine(disk.Path, "filler"), new byte[MiB - 4096]);
        var refused = Assert.Throws<CaptureRefusedException>(() => inside.Run(() => CaptureSession.Start(
            LabCapture.Settings("lo"), new Capture.Engines.CaptureEngines(), () => new FileSink(Path.Combine(disk.Path, "x")), TimeProvider.System)));
        Assert.Equal(RefusalCode.StorageFull, refused.Code);
    }

    [Fact]
    public void Pipe_GetsWhatIsWrittenAtOnce()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var reader = new AnonymousPipeClientStream(PipeDirection.In, pipe.ClientSafePipeHandle);
        using var sink = new StreamSink(pipe);
        sink.Write(PacketBlock.Of([1, 2, 3]));
        var read = new byte[3];
        reader.ReadExactly(read);
        Assert.Equal([1, 2, 3], read);
        Assert.Equal(3, sink.Length);
    }

    [Fact]
    public void PipeWithoutReader_IsClosed()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        pipe.DisposeLocalCopyOfClientHandle();
        using var file = new SafeFileHandle(pipe.SafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        using var sink = new StreamSink(new FileStream(file, FileAccess.Write, bufferSize: 0));
        Assert.Throws<SinkClosedException>(() => sink.Write(PacketBlock.Of([1, 2, 3])));
        Assert.Equal(0, sink.Length);
    }

    private sealed class SmallDisk : IDisposable
    {
        internal SmallDisk(DirectoryInfo under, int mebibytes)
        {
            Path = under.CreateSubdirectory("disk").FullName;
            Tool.Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "mgcap-test", Path);
        }

        internal string Path { get; }

        public void Dispose() => Tool.Run("umount", "--lazy", Path);
    }
}
