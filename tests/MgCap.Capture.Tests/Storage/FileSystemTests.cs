using MgCap.Capture.Blocks;
using MgCap.Capture.Storage;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Storage;

/// <summary>Capture files on file systems of other kinds: whichever way they are written, they have what was written.</summary>
public sealed class FileSystemTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mgcap-systems-");

    public void Dispose() => _folder.Delete(recursive: true);

    [RootFact]
    public void LayeredFileSystem_HasWhatWasWritten()
    {
        var (lower, upper, work, merged) = (Make("lower"), Make("upper"), Make("work"), Make("merged"));
        Tool.Run("mount", "-t", "overlay", "overlay", "-o", $"lowerdir={lower},upperdir={upper},workdir={work}", merged);
        try
        {
            RequireWritten(merged);
        }
        finally
        {
            Tool.Run("umount", merged);
        }
    }

    [RootFact]
    public void FileSystemOfLongBlocks_HasWhatWasWritten()
    {
        using var disk = new LoopDisk(_folder, mebibytes: 64, "--sector-size", "4096");
        RequireWritten(disk.Path);
    }

    private string Make(string name) => _folder.CreateSubdirectory(name).FullName;

    private static void RequireWritten(string folder)
    {
        var path = Path.Combine(folder, "capture.pcapng");
        var (random, queue) = (new Random(3), new PacketBlockQueue(2, queues: 0));
        using var expected = new MemoryStream();
        using (var sink = new FileSink(path))
        {
            for (var i = 0; i < 12; i++)
            {
                var block = queue.TakeEmpty();
                var length = block.Free.Length - (4 * random.Next(1000));
                random.NextBytes(block.Free[..length]);
                block.Advance(length);
                queue.AddFull(block);
                sink.Write(block);
                expected.Write(block.Content);
                queue.TakeFull(TimeSpan.Zero)!.Release();
            }

            sink.Finish([1, 2, 3, 4]);
            expected.Write([1, 2, 3, 4]);
        }

        Assert.True(expected.ToArray().AsSpan().SequenceEqual(File.ReadAllBytes(path)), "the file differs from what was written");
    }
}
