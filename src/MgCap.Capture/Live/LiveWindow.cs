using System.Buffers;
using MgCap.Capture.Blocks;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Statistics;

namespace MgCap.Capture.Live;

/// <summary>
/// The newest blocks of a capture, in memory, for any number of clients that look on: one copy for all of them, made by the thread that
/// writes the file, which waits for none. A client that is slower than the capture finds that its next block is gone, and goes on with the
/// oldest that is there. Where the last client has gone this closes.
/// </summary>
internal sealed class LiveWindow(Action<long> lost) : ICaptureSink
{
    // At 450 MB/s a client may stand still for 70 ms, at what is usual for seconds.
    private const int Capacity = 32 * 1024 * 1024;
    private const int MaxEntries = 4096;

    private readonly Lock _lock = new();
    private readonly byte[] _memory = GC.AllocateUninitializedArray<byte>(Capacity);
    private readonly Entry[] _entries = new Entry[MaxEntries];
    private SectionHead? _head;
    private long[] _packets = [];
    private TaskCompletionSource? _more;
    private long _first;
    private long _end;
    private long _position;
    private int _readers;
    private bool _ended;

    /// <inheritdoc/>
    public long Length => Volatile.Read(ref _position);

    /// <inheritdoc/>
    public string Name => "";

    /// <inheritdoc/>
    public FileIo FileIo => FileIo.Buffered;

    /// <summary>What every client's stream begins with.</summary>
    internal SectionHead Head => _head!;

    /// <inheritdoc/>
    public void Begin(SectionHead head)
    {
        _head = head;
        _packets = new long[head.Descriptions.Count];
    }

    /// <inheritdoc/>
    /// <exception cref="SinkClosedException">Nobody looks on any more.</exception>
    public void Write(PacketBlock block) => Add(block.Content, block.Tallies);

    /// <inheritdoc/>
    public void Finish(ReadOnlySpan<byte> statistics) => Add(statistics, []);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
            _ended = true;
        Tell();
    }

    /// <summary>Begins to look on; what comes from now on is for this client, too.</summary>
    /// <returns>null when this has closed.</returns>
    internal LiveReader? OpenReader()
    {
        lock (_lock)
        {
            if (_ended)
                return null;
            _readers++;
            return new LiveReader(this, _end, (long[])_packets.Clone());
        }
    }

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
    /// <returns>false when there are none yet.</returns>
    internal bool TryRead(ref long next, long[] seen, long[] missed, ArrayBufferWriter<byte> into)
    {
        while (true)
        {
            Entry entry;
            lock (_lock)
            {
                next = Math.Max(next, _first);
                if (next == _end)
                    return false;
                entry = _entries[next % MaxEntries];
            }

            var space = into.GetSpan(entry.Length)[..entry.Length];
            _memory.AsSpan((int)(entry.Position % Capacity), entry.Length).CopyTo(space);
            lock (_lock)
            {
                // What was overwritten meanwhile was given up before.
                if (next < _first)
                    continue;
            }

            into.Advance(entry.Length);
            next++;
            CountMissed(entry, seen, missed);
            return true;
        }
    }

    /// <summary>Ends when there is more, or no more will come.</summary>
    internal Task WaitAsync(long next, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (next < _end || _ended)
                return Task.CompletedTask;
            _more ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _more.Task.WaitAsync(cancellation);
        }
    }

    internal bool HasEnded(long next)
    {
        lock (_lock)
            return _ended && next == _end;
    }

    private void CountMissed(in Entry entry, long[] seen, long[] missed)
    {
        var sum = 0L;
        for (var queue = 0; queue < seen.Length; queue++)
        {
            var gone = entry.Before[queue] - seen[queue];
            missed[queue] += gone;
            sum += gone;
            seen[queue] = entry.After[queue];
        }

        if (sum > 0)
            lost(sum);
    }

    private void Add(ReadOnlySpan<byte> blocks, QueueTally[] tallies)
    {
        long position;
        lock (_lock)
        {
            if (_readers == 0)
            {
                _ended = true;
                throw new SinkClosedException("nobody looks on any more");
            }

            // In one piece: what is left of the memory's end stays empty.
            position = _position % Capacity + blocks.Length <= Capacity ? _position : (_position / Capacity + 1) * Capacity;
            while (_first < _end && (_entries[_first % MaxEntries].Position < position + blocks.Length - Capacity || _end - _first == MaxEntries))
                _first++;
        }

        blocks.CopyTo(_memory.AsSpan((int)(position % Capacity)));
        var before = _packets;
        var after = (long[])before.Clone();
        for (var queue = 0; queue < tallies.Length; queue++)
            after[queue] += tallies[queue].Packets;
        lock (_lock)
        {
            _entries[_end++ % MaxEntries] = new Entry(position, blocks.Length, before, after);
            _packets = after;
            Volatile.Write(ref _position, position + blocks.Length);
        }

        Tell();
    }

    private void Tell()
    {
        TaskCompletionSource? more;
        lock (_lock)
            (more, _more) = (_more, null);
        more?.SetResult();
    }

    /// <param name="Position">Where it is: the memory's length is taken off as often as need be.</param>
    /// <param name="Length">Bytes.</param>
    /// <param name="Before">Packets by queue that came before it.</param>
    /// <param name="After">The same with its own.</param>
    private readonly record struct Entry(long Position, int Length, long[] Before, long[] After);
}
