using System.Collections.Concurrent;

namespace MgCap.Capture.Pipeline;

/// <summary>
/// The way from the thread that reads the rings to the thread that writes the file, and back: a fixed number of buffers,
/// so that a disk that stalls fills first this memory and then the rings, where the kernel counts what it has to drop.
/// </summary>
internal sealed class WriteBufferQueue : IDisposable
{
    private readonly BlockingCollection<WriteBuffer> _full = [];

    // The one that was emptied last comes first: it is still in the processor's cache.
    private readonly BlockingCollection<WriteBuffer> _empty = new(new ConcurrentStack<WriteBuffer>());

    /// <param name="buffers">How many; each is <see cref="WriteBuffer.Size"/> bytes.</param>
    /// <param name="queues">Queues of the capture.</param>
    internal WriteBufferQueue(int buffers, int queues)
    {
        for (var i = 0; i < buffers; i++)
            _empty.Add(new WriteBuffer(queues));
    }

    /// <summary>Waits for a buffer that was written.</summary>
    internal WriteBuffer TakeEmpty() => _empty.Take();

    internal void AddFull(WriteBuffer buffer) => _full.Add(buffer);

    /// <summary>No buffer will be added after this.</summary>
    internal void Complete() => _full.CompleteAdding();

    /// <summary>Waits for a buffer to write.</summary>
    /// <returns>null when the time is up, or when no more will come: <see cref="IsCompleted"/>.</returns>
    internal WriteBuffer? TakeFull(TimeSpan longest) => _full.TryTake(out var buffer, longest) ? buffer : null;

    /// <summary>Whether all buffers were taken and no more will come.</summary>
    internal bool IsCompleted => _full.IsCompleted;

    internal void AddEmpty(WriteBuffer buffer)
    {
        buffer.Clear();
        _empty.Add(buffer);
    }

    public void Dispose()
    {
        _full.Dispose();
        _empty.Dispose();
    }
}
