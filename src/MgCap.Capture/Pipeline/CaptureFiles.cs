using MgCap.Capture.Blocks;

namespace MgCap.Capture.Pipeline;

/// <summary>What is in a capture's file so far. Written by the thread that writes the file, read by any.</summary>
public sealed class CaptureFile
{
    private readonly Lock _lock = new();
    private CaptureFileSummary _summary = new(0, 0, null, null);

    /// <summary>The state after the last whole write.</summary>
    public CaptureFileSummary Summary
    {
        get
        {
            lock (_lock)
                return _summary;
        }
    }

    internal void SetLength(long length)
    {
        lock (_lock)
            _summary = _summary with { Bytes = length };
    }

    internal void Add(PacketBlock block, long length)
    {
        var (packets, first, last, _) = block.Summary;
        lock (_lock)
        {
            _summary = packets == 0
                ? _summary with { Bytes = length }
                : new CaptureFileSummary(
                    length,
                    _summary.Packets + packets,
                    Earlier(_summary.FirstPacketAt, new Timestamp(first)),
                    Later(_summary.LastPacketAt, new Timestamp(last)));
        }
    }

    private static Timestamp Earlier(Timestamp? known, Timestamp time) => known is { } other && other.CompareTo(time) < 0 ? other : time;

    private static Timestamp Later(Timestamp? known, Timestamp time) => known is { } other && other.CompareTo(time) > 0 ? other : time;
}

/// <summary>A capture's file.</summary>
/// <param name="Bytes">Its length, at the end of a block.</param>
/// <param name="Packets">Packets in it.</param>
/// <param name="FirstPacketAt">The earliest packet; null without packets.</param>
/// <param name="LastPacketAt">The latest packet; null without packets.</param>
public sealed record CaptureFileSummary(long Bytes, long Packets, Timestamp? FirstPacketAt, Timestamp? LastPacketAt);
