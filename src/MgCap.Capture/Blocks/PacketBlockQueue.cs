namespace MgCap.Capture.Blocks;

/// <summary>
/// The way from the thread that reads the rings to the thread that writes the file, and back: a fixed number of blocks,
/// so that a disk that stalls fills first this memory and then the rings, where the kernel counts what it has to drop.
/// A thread that waits here sleeps at once: a thread that spins takes its core from the device's polling.
/// </summary>
internal sealed class PacketBlockQueue
{
    private readonly object _changed = new();
    private readonly Queue<PacketBlock> _full = new();

    // The one that was emptied last is taken first: it is still in the processor's cache.
    private readonly Stack<PacketBlock> _empty = new();
    private bool _complete;

    /// <param name="count">How many there are; each has room for <see cref="PacketBlock.Size"/> bytes.</param>
    /// <param name="queues">Queues of the capture.</param>
    internal PacketBlockQueue(int count, int queues)
    {
        for (var i = 0; i < count; i++)
            _empty.Push(new PacketBlock(queues, AddEmpty));
    }

    /// <summary>Whether all blocks were taken and no more will come.</summary>
    internal bool IsCompleted
    {
        get
        {
            lock (_changed)
                return _complete && _full.Count == 0;
        }
    }

    /// <summary>Waits for a block that nobody holds any more.</summary>
    internal PacketBlock TakeEmpty()
    {
        lock (_changed)
        {
            while (_empty.Count == 0)
                Monitor.Wait(_changed);
            return _empty.Pop();
        }
    }

    internal void AddFull(PacketBlock block)
    {
        lock (_changed)
        {
            _full.Enqueue(block);
            Monitor.PulseAll(_changed);
        }
    }

    /// <summary>No block will be added after this.</summary>
    internal void Complete()
    {
        lock (_changed)
        {
            _complete = true;
            Monitor.PulseAll(_changed);
        }
    }

    /// <summary>Waits for a block to write, which the caller releases.</summary>
    /// <returns>null when the time is up, or when no more will come: <see cref="IsCompleted"/>.</returns>
    internal PacketBlock? TakeFull(TimeSpan longest)
    {
        var until = Environment.TickCount64 + (long)longest.TotalMilliseconds;
        lock (_changed)
        {
            while (_full.Count == 0 && !_complete && until - Environment.TickCount64 is > 0 and var left)
                Monitor.Wait(_changed, (int)left);
            return _full.TryDequeue(out var block) ? block : null;
        }
    }

    private void AddEmpty(PacketBlock block)
    {
        lock (_changed)
        {
            _empty.Push(block);
            Monitor.PulseAll(_changed);
        }
    }
}
