using System.Runtime.CompilerServices;
using MgCap.Capture.Blocks;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Blocks;

/// <summary>The memory that packets pass through.</summary>
public sealed class PacketBlockQueueTests
{
    private const int Count = 100;

    private readonly PacketBlockQueue _queue = new(Count, queues: 1);

    [Fact]
    public void FewInUse_TakeUpLittleMemory()
    {
        for (var i = 0; i < 1000; i++)
            Use(2);
        Assert.InRange(Ready(), 1, 16);
    }

    /// <summary>As while a disk does not write for some time: the next time that may take longer.</summary>
    [Fact]
    public void ManyInUse_HaveMoreReadyBehindThem()
    {
        Use(20);
        Wait.Until(() => Ready() >= 80, "memory to be ready");
        Assert.InRange(Ready(), 80, 90);
    }

    [Fact]
    public void AllInUse_AreReady()
    {
        Use(Count);
        Wait.Until(() => Ready() == Count, "memory to be ready");
    }

    private void Use(int count)
    {
        List<PacketBlock> blocks = [.. Enumerable.Range(0, count).Select(_ => _queue.TakeEmpty())];
        blocks.Reverse();
        blocks.ForEach(block => block.Release());
    }

    /// <summary>Blocks with memory from their first byte to their last, which lie one behind the other; to take them would be to use them.</summary>
    private int Ready()
    {
        var first = _queue.TakeEmpty();
        ref var start = ref first.Free[0];
        var ready = 0;
        for (var i = 0; i < Count; i++)
        {
            ref var block = ref Unsafe.Add(ref start, i * PacketBlock.MemoryLength);
            if (MemoryPages.AreBehind(in block) && MemoryPages.AreBehind(in Unsafe.Add(ref block, PacketBlock.MemoryLength - 1)))
                ready++;
        }

        first.Release();
        return ready;
    }
}
