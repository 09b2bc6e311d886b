using MgCap.Testing;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Linux.Tests;

/// <summary>Writing past the page cache, on the file system of temporary files.</summary>
public sealed class DirectFileTests : IDisposable
{
    private const int Page = DirectFile.Alignment;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mgcap-direct-");

    [DirectIoTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(512)]
    public void Bytes_AreWhereTheyWereWritten(int misplaced)
    {
        var memory = new PageMemory(3 * 1024 * 1024);
        var bytes = memory.Span.Slice(misplaced, 600 * Page);
        new Random(1).NextBytes(bytes);
        using var file = Create("a");
        using (var direct = DirectFile.TryOpen(file)!)
            Assert.True(direct.TryWrite(bytes, 3 * Page));

        var written = File.ReadAllBytes(PathOf("a"));

        Assert.Equal(603 * Page, written.Length);
        Assert.True(bytes.SequenceEqual(written.AsSpan(3 * Page)), "the bytes differ");
        Assert.Equal(-1, written.AsSpan(0, 3 * Page).IndexOfAnyExcept((byte)0));
        GC.KeepAlive(memory);
    }

    /// <summary>What goes past the page cache does not stay in it.</summary>
    [DirectIoFact]
    public void PageCache_StaysAsItWas()
    {
        var memory = new PageMemory(8 * 1024 * 1024);
        using var file = Create("b");
        using (var direct = DirectFile.TryOpen(file)!)
            Assert.True(direct.TryWrite(memory.Span, 0));
        using var other = Create("c");
        RandomAccess.Write(other, memory.Span, 0);

        Assert.InRange(Cached("b"), 0, 4 * Page);
        Assert.InRange(Cached("c"), 8 * 1024 * 1024, long.MaxValue);
        GC.KeepAlive(memory);
    }

    /// <summary>The kernel's own refusal: half a sector.</summary>
    [DirectIoFact]
    public void LengthThatIsNoMultiple_IsLeftToTheCaller()
    {
        using var file = Create("d");
        using var direct = DirectFile.TryOpen(file)!;

        Assert.False(direct.TryWrite(new PageMemory(Page).Span[..100], 0));
        Assert.Equal(0, new FileInfo(PathOf("d")).Length);
    }

    [Theory]
    [InlineData("/dev/shm")]
    [InlineData("/proc/self/fd")]
    public void FileSystemWithoutDirectIo_HasNone(string folder)
    {
        var path = folder == "/dev/shm" ? $"/dev/shm/mgcap-{Guid.NewGuid():N}" : "/dev/null";
        try
        {
            using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write);
            Assert.Null(DirectFile.TryOpen(file));
        }
        finally
        {
            if (path != "/dev/null")
                File.Delete(path);
        }
    }

    [RootFact]
    public void FullDisk_IsSaidToBeFull()
    {
        using var disk = new LoopDisk(_folder, mebibytes: 8);
        using var file = File.OpenHandle(Path.Combine(disk.Path, "e"), FileMode.Create, FileAccess.Write);
        using var direct = DirectFile.TryOpen(file)!;
        var memory = new PageMemory(16 * 1024 * 1024);

        Assert.Equal(Errno.ENOSPC, Assert.Throws<LinuxException>(() => direct.TryWrite(memory.Span, 0)).Errno);
        GC.KeepAlive(memory);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private SafeFileHandle Create(string name) => File.OpenHandle(PathOf(name), FileMode.Create, FileAccess.Write);

    private long Cached(string name) => long.Parse(Tool.Run("fincore", "--bytes", "--noheadings", "--output", "RES", PathOf(name)).Trim(), System.Globalization.CultureInfo.InvariantCulture);
}
