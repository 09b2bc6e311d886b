using System.Runtime.CompilerServices;
using MgCap.Capture.Statistics;

namespace MgCap.Capture.Pipeline;

/// <summary>
/// Whole PCAP-NG blocks on their way to the file, with the account of the packets in them. It belongs to the thread that
/// holds it: filled by the one that reads the rings, emptied by the one that writes the file.
/// </summary>
internal sealed class WriteBuffer
{
    /// <summary>Bytes; several times the largest block.</summary>
    internal const int Size = 1024 * 1024;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Size, pinned: true);

    internal WriteBuffer(int queues)
    {
        Tallies = new QueueTally[queues];
    }

    /// <summary>Packets by queue.</summary>
    internal QueueTally[] Tallies { get; }

    /// <summary>What is in the buffer.</summary>
    internal PacketSummary Summary
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

    /// <summary>The earliest packet's time in nanoseconds; <see cref="long.MaxValue"/> without packets.</summary>
    internal long FirstPacketTime { get; private set; } = long.MaxValue;

    /// <summary>The latest packet's time in nanoseconds; <see cref="long.MinValue"/> without packets.</summary>
    internal long LastPacketTime { get; private set; } = long.MinValue;

    internal int Length { get; private set; }

    internal ReadOnlySpan<byte> Content => _bytes.AsSpan(0, Length);

    internal Span<byte> Free => _bytes.AsSpan(Length);

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

    internal void Clear()
    {
        Length = 0;
        Array.Clear(Tallies);
        FirstPacketTime = long.MaxValue;
        LastPacketTime = long.MinValue;
    }
}
