using MgCap.Testing;

namespace MgCap.Linux.Tests;

/// <summary>Memory in whole pages.</summary>
public sealed class PageMemoryTests
{
    private const int Length = 5 * PageMemory.HugePageSize / 2;

    [Fact]
    public void Populate_GetsPagesForThatPartAlone()
    {
        var memory = new PageMemory(8 * PageMemory.HugePageSize);
        memory.Populate(PageMemory.HugePageSize + 1, 2 * PageMemory.HugePageSize - 1);

        Assert.False(MemoryPages.AreBehind(in memory.Span[0]));
        Assert.True(MemoryPages.AreBehind(in memory.Span[PageMemory.HugePageSize]));
        Assert.True(MemoryPages.AreBehind(in memory.Span[3 * PageMemory.HugePageSize - 1]));
        Assert.False(MemoryPages.AreBehind(in memory.Span[3 * PageMemory.HugePageSize]));
        GC.KeepAlive(memory);
    }

    [Fact]
    public void Populate_LeavesWhatIsWritten()
    {
        var memory = new PageMemory(Length);
        memory.Span.Fill(0xa5);
        memory.Populate(0, Length);
        Assert.Equal(-1, memory.Span.IndexOfAnyExcept((byte)0xa5));
        GC.KeepAlive(memory);
    }

    [Fact]
    public void Populate_EndsWhereTheMemoryDoes()
    {
        var memory = new PageMemory(Length);
        memory.Populate(0, 100 * Length);
        memory.Populate(100 * PageMemory.HugePageSize, Length);
        Assert.True(MemoryPages.AreBehind(in memory.Span[Length - 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Populate(-1, Length));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Populate(0, -1));
        GC.KeepAlive(memory);
    }
}
