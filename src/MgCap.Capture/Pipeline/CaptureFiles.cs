using MgCap.Capture.Blocks;

namespace MgCap.Capture.Pipeline;

/// <summary>What is in a capture's files so far. Written by the thread that writes the files, read by any.</summary>
internal sealed class CaptureFiles
{
    private readonly Lock _lock = new();
    private readonly List<CaptureFileSummary> _files = [];

    /// <summary>The files that are there after the last whole write, oldest first; the last is the one that is written.</summary>
    internal IReadOnlyList<CaptureFileSummary> Read()
    {
        lock (_lock)
            return [.. _files];
    }

    /// <summary>What all of them have together.</summary>
    internal CaptureFileSummary Sum()
    {
        lock (_lock)
            return _files.Aggregate((sum, file) => sum.Plus(file));
    }

    /// <summary>A file was begun, in the place of some others.</summary>
    /// <param name="name">Its path; empty where it is no file.</param>
    /// <param name="length">Its length, in bytes.</param>
    /// <param name="removed">The paths of those that are gone.</param>
    internal void Begin(string name, long length, IReadOnlyList<string> removed)
    {
        lock (_lock)
        {
            _files.RemoveAll(file => removed.Contains(file.Name));
            _files.Add(new CaptureFileSummary(name, length, 0, null, null));
        }
    }

    internal void SetLength(long length)
    {
        lock (_lock)
            _files[^1] = _files[^1] with { Bytes = length };
    }

    internal void Add(PacketBlock block, long length)
    {
        var (packets, first, last, _) = block.Summary;
        lock (_lock)
        {
            var file = _files[^1] with { Bytes = length };
            _files[^1] = packets == 0 ? file : file with
            {
                Packets = file.Packets + packets,
                FirstPacketAt = CaptureFileSummary.Earlier(file.FirstPacketAt, new Timestamp(first)),
                LastPacketAt = CaptureFileSummary.Later(file.LastPacketAt, new Timestamp(last)),
            };
        }
    }
}

/// <summary>One of a capture's files.</summary>
/// <param name="Name">Its path; empty where it is no file, but a stream.</param>
/// <param name="Bytes">Its length, at the end of a block.</param>
/// <param name="Packets">Packets in it.</param>
/// <param name="FirstPacketAt">The earliest packet; null without packets.</param>
/// <param name="LastPacketAt">The latest packet; null without packets.</param>
public sealed record CaptureFileSummary(string Name, long Bytes, long Packets, Timestamp? FirstPacketAt, Timestamp? LastPacketAt)
{
    /// <summary>What it has together with another; the name stays.</summary>
    internal CaptureFileSummary Plus(CaptureFileSummary other) => this with
    {
        Bytes = Bytes + other.Bytes,
        Packets = Packets + other.Packets,
        FirstPacketAt = Earlier(FirstPacketAt, other.FirstPacketAt),
        LastPacketAt = Later(LastPacketAt, other.LastPacketAt),
    };

    internal static Timestamp? Earlier(Timestamp? one, Timestamp? other) => one is { } known && (other is not { } time || known <= time) ? one : other;

    internal static Timestamp? Later(Timestamp? one, Timestamp? other) => one is { } known && (other is not { } time || known >= time) ? one : other;
}
