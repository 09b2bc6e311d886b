using MgCap.Capture;
using MgCap.Capture.Engines;
using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Statistics;

namespace MgCap.Web.Catalogue;

/// <summary>
/// A capture as the catalogue keeps it; <see cref="CaptureRecord"/> is the same as the API tells of it. A column changes by a migration. What
/// is kept as JSON is read as <see cref="StoredJson"/> says, so that a capture of any earlier version is still read.
/// </summary>
public sealed class CaptureRow
{
    /// <summary>What is written today. 1: before rows had a version.</summary>
    internal const int CurrentVersion = 2;

    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Which version of the JSON is in it.</summary>
    public required int Version { get; init; }

    /// <inheritdoc cref="CaptureRecord.Name"/>
    public required string Name { get; init; }

    /// <inheritdoc cref="CaptureRecord.Comment"/>
    public required string Comment { get; init; }

    /// <inheritdoc cref="CaptureRecord.Owner"/>
    public required string Owner { get; init; }

    /// <inheritdoc cref="CaptureRecord.Interface"/>
    public required string Interface { get; init; }

    /// <inheritdoc cref="CaptureRecord.Engine"/>
    public required string Engine { get; init; }

    /// <inheritdoc cref="CaptureRecord.EngineDetail"/>
    public required string EngineDetail { get; init; }

    /// <inheritdoc cref="CaptureRecord.EngineReason"/>
    public required string EngineReason { get; init; }

    /// <inheritdoc cref="CaptureRecord.CanDrop"/>
    public required bool CanDrop { get; init; }

    /// <inheritdoc cref="CaptureRecord.Mode"/>
    public required CaptureMode Mode { get; init; }

    /// <inheritdoc cref="CaptureRecord.Direction"/>
    public required CaptureDirection Direction { get; init; }

    /// <inheritdoc cref="CaptureRecord.Snaplen"/>
    public required int Snaplen { get; init; }

    /// <inheritdoc cref="CaptureRecord.Filter"/>
    public required string? Filter { get; init; }

    /// <inheritdoc cref="CaptureRecord.Promiscuous"/>
    public required bool Promiscuous { get; init; }

    /// <inheritdoc cref="CaptureRecord.Hwtstamp"/>
    public required bool Hwtstamp { get; init; }

    /// <inheritdoc cref="CaptureRecord.TimestampSource"/>
    public required TimestampSource TimestampSource { get; init; }

    /// <inheritdoc cref="CaptureRecord.Clock"/>
    public required CaptureClock? Clock { get; init; }

    /// <inheritdoc cref="CaptureRecord.FileIo"/>
    public required FileIo FileIo { get; init; }

    /// <inheritdoc cref="CaptureRecord.State"/>
    public required CaptureState State { get; init; }

    /// <inheritdoc cref="CaptureRecord.StartedAt"/>
    public required Timestamp StartedAt { get; init; }

    /// <inheritdoc cref="CaptureRecord.StoppedAt"/>
    public required Timestamp? StoppedAt { get; init; }

    /// <inheritdoc cref="CaptureRecord.StopReason"/>
    public required StopReason? StopReason { get; init; }

    /// <inheritdoc cref="CaptureRecord.Error"/>
    public required string? Error { get; init; }

    /// <inheritdoc cref="CaptureRecord.Stop"/>
    public required StopConditions Stop { get; init; }

    /// <inheritdoc cref="CaptureRecord.Rotate"/>
    public required Rotation? Rotate { get; init; }

    /// <inheritdoc cref="CaptureRecord.Kind"/>
    public required CaptureKind Kind { get; init; }

    /// <inheritdoc cref="CaptureRecord.Recorder"/>
    public required RecorderSettings? Recorder { get; init; }

    /// <inheritdoc cref="CaptureRecord.Triggers"/>
    public required IReadOnlyList<RecorderTrigger> Triggers { get; init; }

    /// <inheritdoc cref="CaptureRecord.Pinned"/>
    public required bool Pinned { get; init; }

    /// <inheritdoc cref="CaptureRecord.Files"/>
    public required IReadOnlyList<CaptureFileInfo> Files { get; init; }

    /// <inheritdoc cref="CaptureRecord.Events"/>
    public required IReadOnlyList<CaptureEvent> Events { get; init; }

    /// <inheritdoc cref="CaptureRecord.Statistics"/>
    public required CaptureStatistics Statistics { get; init; }

    /// <summary>The row of a capture, as it is written today.</summary>
    public static CaptureRow Of(CaptureRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return new CaptureRow
        {
            Id = record.Id,
            Version = CurrentVersion,
            Name = record.Name,
            Comment = record.Comment,
            Owner = record.Owner,
            Interface = record.Interface,
            Engine = record.Engine,
            EngineDetail = record.EngineDetail,
            EngineReason = record.EngineReason,
            CanDrop = record.CanDrop,
            Mode = record.Mode,
            Direction = record.Direction,
            Snaplen = record.Snaplen,
            Filter = record.Filter,
            Promiscuous = record.Promiscuous,
            Hwtstamp = record.Hwtstamp,
            TimestampSource = record.TimestampSource,
            Clock = record.Clock,
            FileIo = record.FileIo,
            State = record.State,
            StartedAt = record.StartedAt,
            StoppedAt = record.StoppedAt,
            StopReason = record.StopReason,
            Error = record.Error,
            Stop = record.Stop,
            Rotate = record.Rotate,
            Kind = record.Kind,
            Recorder = record.Recorder,
            Triggers = record.Triggers,
            Pinned = record.Pinned,
            Files = record.Files,
            Events = record.Events,
            Statistics = record.Statistics,
        };
    }

    /// <summary>The capture of this row.</summary>
    public CaptureRecord ToRecord() => new()
    {
        Id = Id,
        Name = Name,
        Comment = Comment,
        Owner = Owner,
        Interface = Interface,
        Engine = Engine,
        EngineDetail = EngineDetail,
        EngineReason = EngineReason,
        CanDrop = CanDrop,
        Mode = Mode,
        Direction = Direction,
        Snaplen = Snaplen,
        Filter = Filter,
        Promiscuous = Promiscuous,
        Hwtstamp = Hwtstamp,
        TimestampSource = TimestampSource,
        Clock = Clock,
        FileIo = FileIo,
        State = State,
        StartedAt = StartedAt,
        StoppedAt = StoppedAt,
        StopReason = StopReason,
        Error = Error,
        Stop = Stop,
        Rotate = Rotate,
        Kind = Kind,
        Recorder = Recorder,
        Triggers = Triggers,
        Pinned = Pinned,
        Files = Files,
        Events = Events,
        Statistics = Statistics,
    };
}
