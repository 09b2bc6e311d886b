using MgCap.Linux;

namespace MgCap.Capture.Blocks;

/// <summary>
/// The way from the thread that reads the rings to the thread that writes the file, and back: a fixed number of blocks,
/// so that a disk that stalls fills first this memory and then the rings, where the kernel counts what it has to drop.
/// A thread that waits here sleeps at once: a thread that spins takes its core from the device's polling.
/// </summary>
internal sealed class PacketBlockQueue
{
    // To get a block's memory may take tens of milliseconds, in which rings fill up if it is the thread that reads them. So there is
    // memory for several times as many blocks as ever were in use at once, and for some at the start. For all of them it would be too much.
    private const int ReadyAtStart = 8;
    private const int ReadyForEachInUse = 4;
    private const int ReadyAtATime = 2;

    private readonly object _changed = new();
    private readonly Queue<PacketBlock> _full = new();

    // The one that was emptied last is taken first: it is still in the processor's cache.
    private readonly Stack<PacketBlock> _empty = new();
    private readonly PageMemory _memory;
    private readonly int _count;
    private readonly long _head;
    private int _ready;
    private int _wanted = ReadyAtStart;
    private bool _getsReady;
    private bool _complete;
    private long _position;

    /// <param name="count">How many there are; each has room for <see cref="PacketBlock.Size"/> bytes.</param>
    /// <param name="queues">Queues of the capture.</param>
    /// <param name="head">Where in a file the first of them begins.</param>
    internal PacketBlockQueue(int count, int queues, long head = 0)
    {
        _count = count;
        _head = _position = head;
        _memory = new PageMemory(count * PacketBlock.MemoryLength);
        GetReady();
        for (var i = count - 1; i >= 0; i--)
            _empty.Push(new PacketBlock(_memory, i * PacketBlock.MemoryLength, queues, AddEmpty));
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

    /// <summary>Waits for a block that nobody holds any more, and makes it begin where it will in a page of the file.</summary>
    internal PacketBlock TakeEmpty()
    {
        lock (_changed)
        {
            while (_empty.Count == 0)
                Monitor.Wait(_changed);
            var block = _empty.Pop();
            block.StartAt(_position);
            Want(ReadyForEachInUse * (_count - _empty.Count));
            return block;
        }
    }

    /// <summary>Says that something else is written between blocks. Those that are filled by now begin elsewhere than they thought.</summary>
    internal void Shift(int length)
    {
        lock (_changed)
            _position += length;
    }

    internal void AddFull(PacketBlock block)
    {
        block.Close();
        lock (_changed)
        {
            _full.Enqueue(block);
            _position = block.EndsFile ? _head : _position + block.Length;
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

    private void Want(int ready)
    {
        if (ready <= _wanted)
            return;
        _wanted = ready;
        if (_getsReady)
            return;
        _getsReady = true;
        new Thread(GetReady) { Name = "memory", IsBackground = true }.Start();
    }

    /// <summary>Gets memory for the blocks that are used next, little by little: meanwhile the process can map nothing.</summary>
    private void GetReady()
    {
        while (true)
        {
            int next;
            lock (_changed)
            {
                next = _ready;
                if (next >= Math.Min(_wanted, _count))
                {
                    _getsReady = false;
                    return;
                }

                _ready += ReadyAtATime;
            }

            _memory.Populate(next * PacketBlock.MemoryLength, ReadyAtATime * PacketBlock.MemoryLength);
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
