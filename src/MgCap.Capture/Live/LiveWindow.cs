using System.Buffers;
using MgCap.Capture.Blocks;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Recent;

namespace MgCap.Capture.Live;

/// <summary>A capture's newest blocks for the clients that look on. Where the last of them has gone this closes.</summary>
/// <param name="lost">Is told of packets that a client was too slow for.</param>
internal sealed class LiveWindow(Action<long> lost) : ICaptureSink
{
    // At 450 MB/s a client may stand still for 70 ms, at what is usual for seconds.
    private const int Capacity = 32 * 1024 * 1024;

    private readonly BlockWindow _window = new(Capacity, TimeSpan.MaxValue);

    // Whether somebody looks on and whether this has closed change together: nobody joins what is about to close.
    private readonly Lock _lock = new();

    // Its maker is one of those that look on, until the first client does.
    private int _readers = 1;

    /// <inheritdoc/>
    public long Length => _window.Length;

    /// <inheritdoc/>
    public string Name => "";

    /// <inheritdoc/>
    public FileIo FileIo => FileIo.Buffered;

    /// <summary>What every client's stream begins with.</summary>
    internal SectionHead Head => _window.Head;

    /// <inheritdoc/>
    public void Begin(SectionHead head) => _window.Begin(head);

    /// <inheritdoc/>
    /// <exception cref="SinkClosedException">Nobody looks on any more.</exception>
    public void Write(PacketBlock block)
    {
        lock (_lock)
        {
            if (_readers == 0)
            {
                _window.End();
                throw new SinkClosedException("nobody looks on any more");
            }
        }

        _window.Add(block);
    }

    /// <inheritdoc/>
    public void Finish(ReadOnlySpan<byte> statistics) => _window.Add(PacketBlock.Of(statistics));

    /// <inheritdoc/>
    public void Dispose() => _window.End();

    /// <summary>Begins to look on; what comes from now on is for this client, too.</summary>
    /// <returns>null when this has closed.</returns>
    internal LiveReader? OpenReader()
    {
        lock (_lock)
        {
            if (_window.Enter() is not { } place)
                return null;
            _readers++;
            return new LiveReader(this, place.Next, place.Seen);
        }
    }

    /// <summary>Says that a client, or the maker, looks on no longer.</summary>
    internal void CloseReader()
    {
        lock (_lock)
            _readers--;
    }

    /// <summary>Copies a client's next blocks.</summary>
    /// <param name="next">The number of the next; behind those that are gone, and then behind those that were copied.</param>
    /// <param name="seen">Packets by queue before them; likewise.</param>
    /// <param name="missed">Packets by queue that are gone are added to these.</param>
    /// <param name="into">Where they go.</param>
    /// <returns>What they are; null when there are none yet.</returns>
    internal RecentBlocks? TryRead(ref long next, long[] seen, long[] missed, ArrayBufferWriter<byte> into)
    {
        if (_window.TryRead(ref next, into) is not { } taken)
            return null;
        var sum = 0L;
        for (var queue = 0; queue < seen.Length; queue++)
        {
            var gone = taken.Before[queue] - seen[queue];
            missed[queue] += gone;
            sum += gone;
            seen[queue] = taken.After[queue];
        }

        if (sum > 0)
            lost(sum);
        return taken;
    }

    /// <inheritdoc cref="BlockWindow.WaitAsync"/>
    internal Task WaitAsync(long next, CancellationToken cancellation) => _window.WaitAsync(next, cancellation);

    /// <inheritdoc cref="BlockWindow.HasEnded"/>
    internal bool HasEnded(long next) => _window.HasEnded(next);
}
