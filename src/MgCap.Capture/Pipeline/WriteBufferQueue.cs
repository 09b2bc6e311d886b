namespace MgCap.Capture.Pipeline;

/// <summary>
/// The way from the thread that reads the rings to the thread that writes the file, and back: a fixed number of buffers,
/// so that a disk that stalls fills first this memory and then the rings, where the kernel counts what it has to drop.
/// A thread that waits here sleeps at once: a thread that spins takes its core from the device's polling.
/// </summary>
internal sealed class WriteBufferQueue
{
    private readonly object _changed = new();
    private readonly Queue<WriteBuffer> _full = new();

    // The one that was emptied last is taken first: it is still in the processor's cache.
    private readonly Stack<WriteBuffer> _empty = new();
    private bool _complete;

    /// <param name="buffers">How many; each is <see cref="WriteBuffer.Size"/> bytes.</param>
    /// <param name="queues">Queues of the capture.</param>
    internal WriteBufferQueue(int buffers, int queues)
    {
        for (var i = 0; i < buffers; i++)
            _empty.Push(new WriteBuffer(queues));
    }

    /// <summary>Whether all buffers were taken and no more will come.</summary>
    internal bool IsCompleted
    {
        get
        {
            lock (_changed)
                return _complete && _full.Count == 0;
        }
    }

    /// <summary>Waits for a buffer that was written.</summary>
    internal WriteBuffer TakeEmpty()
    {
        lock (_changed)
        {
            while (_empty.Count == 0)
                Monitor.Wait(_changed);
            return _empty.Pop();
        }
    }

    internal void AddFull(WriteBuffer buffer)
    {
        lock (_changed)
        {
            _full.Enqueue(buffer);
            Monitor.PulseAll(_changed);
        }
    }

    /// <summary>No buffer will be added after this.</summary>
    internal void Complete()
    {
        lock (_changed)
        {
            _complete = true;
            Monitor.PulseAll(_changed);
        }
    }

    /// <summary>Waits for a buffer to write.</summary>
    /// <returns>null when the time is up, or when no more will come: <see cref="IsCompleted"/>.</returns>
    internal WriteBuffer? TakeFull(TimeSpan longest)
    {
        var until = Environment.TickCount64 + (long)longest.TotalMilliseconds;
        lock (_changed)
        {
            while (_full.Count == 0 && !_complete && until - Environment.TickCount64 is > 0 and var left)
                Monitor.Wait(_changed, (int)left);
            return _full.TryDequeue(out var buffer) ? buffer : null;
        }
    }

    internal void AddEmpty(WriteBuffer buffer)
    {
        buffer.Clear();
        lock (_changed)
        {
            _empty.Push(buffer);
            Monitor.PulseAll(_changed);
        }
    }
}
