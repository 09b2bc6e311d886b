using System.Buffers;
using System.Diagnostics;
using MgCap.Capture.Blocks;
using MgCap.Capture.Statistics;
using MgCap.Linux;

namespace MgCap.Capture.Recent;

/// <summary>
/// The newest blocks of a capture, in memory, for any number of readers: one copy for all of them, made by the thread that writes the file,
/// which waits for none. A reader that is slower than the capture finds that its next blocks are gone, and goes on with the oldest that are
/// there. One thread adds; any reads.
/// </summary>
internal sealed class BlockWindow
{
    // Blocks lie in one piece, in memory that is taken piece by piece as it is needed: the next one beside the thread that adds, since to get
    // a huge page may take tens of milliseconds, in which that thread would take nothing.
    private const int PieceLength = 32 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Task<PageMemory>?[] _pieces;
    private readonly long _capacity;
    private readonly TimeSpan _longest;
    private readonly Deque _entries = new();
    private long[] _packets = [];
    private TaskCompletionSource? _more;
    private long _position;
    private bool _ended;

    /// <param name="capacity">Bytes that are kept, to the next multiple of 32 MiB.</param>
    /// <param name="longest">How long they are kept.</param>
    internal BlockWindow(long capacity, TimeSpan longest)
    {
        _pieces = new Task<PageMemory>?[(capacity + PieceLength - 1) / PieceLength];
        _capacity = (long)_pieces.Length * PieceLength;
        _longest = longest;
    }

    /// <summary>What every reader's stream begins with.</summary>
    internal SectionHead Head { get; private set; } = null!;

    /// <summary>Bytes that are there.</summary>
    internal long Length
    {
        get
        {
            lock (_lock)
                return _entries.Count == 0 ? 0 : _position - _entries[_entries.First].Position;
        }
    }

    internal void Begin(SectionHead head)
    {
        _pieces[0] = Task.FromResult(GetPiece());
        Head = head;
        _packets = new long[head.Descriptions.Count];
    }

    /// <summary>Adds blocks, in the place of the oldest.</summary>
    internal void Add(PacketBlock block)
    {
        var blocks = block.Content;
        long position;
        lock (_lock)
        {
            // What is left of a piece of memory stays empty.
            position = _position % PieceLength + blocks.Length <= PieceLength ? _position : (_position / PieceLength + 1) * PieceLength;
            while (_entries.Count > 0 && IsToGo(_entries[_entries.First], position + blocks.Length))
                _entries.RemoveFirst();
        }

        blocks.CopyTo(PieceOf(position).Span[(int)(position % PieceLength)..]);
        var before = _packets;
        var tallies = (QueueTally[])block.Tallies.Clone();
        var after = (long[])before.Clone();
        for (var queue = 0; queue < tallies.Length; queue++)
            after[queue] += tallies[queue].Packets;
        lock (_lock)
        {
            _entries.Add(new RecentBlocks(position, blocks.Length, block.CameAt, before, after, tallies, block.FirstPacketTime, block.LastPacketTime));
            _packets = after;
            _position = position + blocks.Length;
        }

        Tell();
    }

    /// <summary>No more will come.</summary>
    internal void End()
    {
        lock (_lock)
            _ended = true;
        Tell();
    }

    /// <summary>Where a reader begins that wants what comes from now on, or some of what is there.</summary>
    /// <param name="span">What it wants of that.</param>
    /// <returns>The number of the next blocks, and packets by queue before them; null when no more will come.</returns>
    internal (long Next, long[] Seen)? Enter(SavedSpan? span = null)
    {
        lock (_lock)
        {
            if (_ended)
                return null;
            var next = span is { } wanted ? _entries.FirstAt(entry => !wanted.IsBehind(entry.CameAt)) : _entries.End;
            return (next, (long[])(next == _entries.End ? _packets : _entries[next].Before).Clone());
        }
    }

    /// <summary>Copies a reader's next blocks.</summary>
    /// <param name="next">The number of the next; behind those that are gone, and then behind those that were copied.</param>
    /// <param name="into">Where they go.</param>
    /// <returns>What they are; null when there are none yet.</returns>
    internal RecentBlocks? TryRead(ref long next, ArrayBufferWriter<byte> into)
    {
        while (true)
        {
            RecentBlocks entry;
            lock (_lock)
            {
                next = Math.Max(next, _entries.First);
                if (next == _entries.End)
                    return null;
                entry = _entries[next];
            }

            var space = into.GetSpan(entry.Length)[..entry.Length];
            PieceAt(entry.Position)!.Result.Span.Slice((int)(entry.Position % PieceLength), entry.Length).CopyTo(space);
            lock (_lock)
            {
                // What was overwritten meanwhile was given up before.
                if (next < _entries.First)
                    continue;
            }

            into.Advance(entry.Length);
            next++;
            return entry;
        }
    }

    /// <summary>Ends when there is more, or no more will come.</summary>
    internal Task WaitAsync(long next, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (next < _entries.End || _ended)
                return Task.CompletedTask;
            _more ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _more.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>Whether a reader has had everything.</summary>
    internal bool HasEnded(long next)
    {
        lock (_lock)
            return _ended && next == _entries.End;
    }

    /// <summary>The memory of a position, which may have to be waited for; the next piece is asked for.</summary>
    private PageMemory PieceOf(long position)
    {
        ref var next = ref PieceAt(position + PieceLength);
        next ??= Task.Factory.StartNew(GetPiece, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return PieceAt(position)!.GetAwaiter().GetResult();
    }

    private ref Task<PageMemory>? PieceAt(long position) => ref _pieces[position % _capacity / PieceLength];

    private static PageMemory GetPiece()
    {
        var piece = new PageMemory(PieceLength);
        // Little by little: meanwhile the process can map nothing.
        for (var start = 0; start < PieceLength; start += PageMemory.HugePageSize)
            piece.Populate(start, PageMemory.HugePageSize);
        return piece;
    }

    private bool IsToGo(in RecentBlocks entry, long end) => entry.Position < end - _capacity || Stopwatch.GetElapsedTime(entry.CameAt) > _longest;

    private void Tell()
    {
        TaskCompletionSource? more;
        lock (_lock)
            (more, _more) = (_more, null);
        more?.SetResult();
    }

    /// <summary>Entries with numbers that count on; those at the front go.</summary>
    private sealed class Deque
    {
        private RecentBlocks[] _items = new RecentBlocks[1024];

        internal long First { get; private set; }

        internal long End { get; private set; }

        internal int Count => (int)(End - First);

        internal ref readonly RecentBlocks this[long number] => ref _items[number % _items.Length];

        internal void Add(RecentBlocks entry)
        {
            if (Count == _items.Length)
            {
                var larger = new RecentBlocks[2 * _items.Length];
                for (var number = First; number < End; number++)
                    larger[number % larger.Length] = this[number];
                _items = larger;
            }

            _items[End++ % _items.Length] = entry;
        }

        internal void RemoveFirst() => _items[First++ % _items.Length] = default;

        internal long FirstAt(Predicate<RecentBlocks> wanted)
        {
            var number = First;
            while (number < End && !wanted(this[number]))
                number++;
            return number;
        }
    }
}

/// <summary>Some of a capture's newest blocks.</summary>
/// <param name="Position">Where they are: the memory's length is taken off as often as need be.</param>
/// <param name="Length">Bytes.</param>
/// <param name="CameAt">When they were read from the rings (<see cref="Stopwatch.GetTimestamp"/>).</param>
/// <param name="Before">Packets by queue that came before them.</param>
/// <param name="After">The same with their own.</param>
/// <param name="Tallies">Their packets by queue; none of statistics.</param>
/// <param name="FirstTime">The earliest packet's time in nanoseconds; <see cref="long.MaxValue"/> without packets.</param>
/// <param name="LastTime">The latest packet's time in nanoseconds; <see cref="long.MinValue"/> without packets.</param>
internal readonly record struct RecentBlocks(long Position, int Length, long CameAt, long[] Before, long[] After, QueueTally[] Tallies, long FirstTime, long LastTime);
