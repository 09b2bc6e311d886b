using MgCap.Capture;
using MgCap.Capture.Statistics;

namespace MgCap.Web.History;

/// <summary>A moment of a running capture.</summary>
public sealed record LiveSample
{
    /// <summary>The capture.</summary>
    public required Guid CaptureId { get; init; }

    /// <summary>The moment.</summary>
    public required Timestamp At { get; init; }

    /// <summary>Time since the capture started.</summary>
    public required double ElapsedSeconds { get; init; }

    /// <summary>Captured packets per second.</summary>
    public required double PacketsPerSecond { get; init; }

    /// <summary>Captured packets' bits on the wire per second.</summary>
    public required double BitsPerSecond { get; init; }

    /// <summary>Packets that reached the engine.</summary>
    public required long Received { get; init; }

    /// <summary>Packets that the filter left out.</summary>
    public required long Filtered { get; init; }

    /// <summary>Packets in the file.</summary>
    public required long Captured { get; init; }

    /// <summary>Packets lost, by where.</summary>
    public required DropCounts Dropped { get; init; }

    /// <summary>
    /// The kernel's rx_dropped since the capture started: packets that nobody on this host wanted, or that the driver threw away.
    /// Most of them are in the capture; they are not counted as lost.
    /// </summary>
    public required long RxDropped { get; init; }

    /// <summary>The file's length.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Bytes per second by which the files of all running captures grew since the sample before.</summary>
    public required double DiskBytesPerSecond { get; init; }

    /// <summary>Bytes free where captures are written.</summary>
    public required long FreeBytes { get; init; }

    /// <summary>Of these, bytes that captures may still take until they end because the disk is full.</summary>
    public required long RoomBytes { get; init; }

    /// <summary>Losses that began or went on since the sample before; an event that is told of again has grown.</summary>
    public required IReadOnlyList<LossEvent> Losses { get; init; }

    /// <summary>The same by queue.</summary>
    public required IReadOnlyList<QueueStatistics> Queues { get; init; }
}
