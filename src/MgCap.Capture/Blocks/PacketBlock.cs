using System.Diagnostics;
using System.Runtime.CompilerServices;
using MgCap.Capture.Statistics;
using MgCap.Linux;

namespace MgCap.Capture.Blocks;

/// <summary>
/// Whole PCAP-NG blocks on their way to the file and to others that look on, with the account of the packets in them. It is filled by
/// the thread that reads the rings, and does not change from then on until the last one that holds it releases it: its memory is used
/// again for packets that come later. There are few of these in a capture, so that nobody may hold many.
/// </summary>
public sealed class PacketBlock
{
    /// <summary>Bytes; several times the largest block.</summary>
    internal const int Size = 1024 * 1024;

    /// <summary>Bytes of memory: room to begin anywhere in a page.</summary>
    internal const int MemoryLength = Size + DirectFile.Alignment;

    // One of these: memory to fill, or blocks as they are.
    private readonly PageMemory? _memory;
    private readonly byte[] _made = [];
    private readonly int _at;
    private readonly Action<PacketBlock>? _released;
    private int _start;
    private int _limit = Size;
    private int _holders = 1;

    /// <param name="memory">Where its memory is.</param>
    /// <param name="at">Where in that it begins, at a page; it has <see cref="MemoryLength"/> bytes.</param>
    /// <param name="queues">Queues of the capture.</param>
    /// <param name="released">Takes it back, empty, when nobody holds it any more.</param>
    internal PacketBlock(PageMemory memory, int at, int queues, Action<PacketBlock> released)
    {
        _memory = memory;
        _at = _start = at;
        _released = released;
        Tallies = new QueueTally[queues];
    }

    private PacketBlock(byte[] made, QueueTally[] tallies)
    {
        _made = made;
        Length = made.Length;
        Tallies = tallies;
    }

    /// <summary>The blocks themselves. They begin in memory where they begin in a page of the file, as far as that was known.</summary>
    public ReadOnlySpan<byte> Content => _memory is null ? _made : _memory.Span.Slice(_start, Length);

    /// <summary>Their length, in bytes.</summary>
    public int Length { get; private set; }

    /// <summary>What the packets come to.</summary>
    public PacketSummary Summary
    {
        get
        {
            var (packets, wireBytes) = (0L, 0L);
            foreach (ref readonly var tally in Tallies.AsSpan())
            {
                packets += tally.Packets;
                wireBytes += tally.WireBytes;
            }

            return new PacketSummary(packets, FirstPacketTime, LastPacketTime, wireBytes);
        }
    }

    /// <summary>When the last of it was read from the rings (<see cref="Stopwatch.GetTimestamp"/>).</summary>
    internal long CameAt { get; private set; } = Stopwatch.GetTimestamp();

    /// <summary>Whether what follows it goes to a new file.</summary>
    internal bool EndsFile { get; private set; }

    /// <summary>Packets by queue.</summary>
    internal QueueTally[] Tallies { get; }

    /// <summary>The earliest packet's time in nanoseconds; <see cref="long.MaxValue"/> without packets.</summary>
    internal long FirstPacketTime { get; private set; } = long.MaxValue;

    /// <summary>The latest packet's time in nanoseconds; <see cref="long.MinValue"/> without packets.</summary>
    internal long LastPacketTime { get; private set; } = long.MinValue;

    internal Span<byte> Free => _memory!.Span.Slice(_start + Length, _limit - Length);

    /// <summary>Blocks without an account of packets; nobody needs to release them.</summary>
    public static PacketBlock Of(ReadOnlySpan<byte> blocks) => new(blocks.ToArray(), []);

    /// <summary>A copy of blocks with the account of their packets; nobody needs to release it.</summary>
    internal static PacketBlock Of(ReadOnlySpan<byte> blocks, QueueTally[] tallies, long firstTime, long lastTime) =>
        new(blocks.ToArray(), tallies) { FirstPacketTime = firstTime, LastPacketTime = lastTime };

    /// <summary>Holds it until <see cref="Release"/>. Any thread that got it from one that holds it.</summary>
    public void Share() => Interlocked.Increment(ref _holders);

    /// <summary>Holds it no longer; what is in it may not be used afterwards. Any thread, once for each that holds it.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) > 0 || _released is null)
            return;
        Clear();
        _holders = 1;
        _released(this);
    }

    /// <summary>Says, of an empty one, where it is to begin in the file.</summary>
    internal void StartAt(long position) => _start = _at + (int)(position % DirectFile.Alignment);

    /// <summary>Says, of an empty one, that it takes no more than so many bytes.</summary>
    internal void LimitTo(long length) => _limit = (int)Math.Clamp(length, 0, Size);

    /// <summary>Says that what follows it goes to a new file.</summary>
    internal void EndFile() => EndsFile = true;

    /// <summary>Says that it is filled.</summary>
    internal void Close() => CameAt = Stopwatch.GetTimestamp();

    internal void Advance(int length) => Length += length;

    // Inlined, so that it is not compiled in the quick way at first, which costs 20 ns a packet and may stay for seconds under load.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Count(int queue, long time, int capturedLength, int wireLength)
    {
        ref var tally = ref Tallies[queue];
        tally.Packets++;
        tally.CapturedBytes += capturedLength;
        tally.WireBytes += wireLength;
        if (time < FirstPacketTime)
            FirstPacketTime = time;
        if (time > LastPacketTime)
            LastPacketTime = time;
    }

    private void Clear()
    {
        Length = 0;
        _limit = Size;
        EndsFile = false;
        Array.Clear(Tallies);
        FirstPacketTime = long.MaxValue;
        LastPacketTime = long.MinValue;
    }
}
