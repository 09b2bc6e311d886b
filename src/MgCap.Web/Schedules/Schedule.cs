using MgCap.Capture;
using MgCap.Web.Captures;
using MgCap.Web.Catalogue;

namespace MgCap.Web.Schedules;

/// <summary>A schedule as the API tells of it.</summary>
public sealed record Schedule
{
    /// <summary>Its id; ids of later schedules sort later.</summary>
    public required Guid Id { get; init; }

    /// <summary>For people to find it by.</summary>
    public required string Name { get; init; }

    /// <summary>Who said what it starts, whose its captures are; empty where that is not known.</summary>
    public required string Owner { get; init; }

    /// <summary>When captures start, as crontab(5) has it: minute, hour, day of the month, month, day of the week.</summary>
    public required string Start { get; init; }

    /// <summary>When they stop, likewise; null where they end by themselves.</summary>
    public required string? Stop { get; init; }

    /// <summary>The time zone of both.</summary>
    public required string Zone { get; init; }

    /// <summary>Whether nothing is started.</summary>
    public required bool Paused { get; init; }

    /// <summary>What is started, as POST /api/captures takes it.</summary>
    public required CaptureRequest Capture { get; init; }

    /// <summary>When the next capture starts; null where none does: it is paused.</summary>
    public required Timestamp? NextStart { get; init; }

    /// <summary>The capture that runs by this schedule; null where none does.</summary>
    public required Guid? Running { get; init; }

    /// <summary>When that is stopped; null where none runs, or where it ends by itself.</summary>
    public required Timestamp? NextStop { get; init; }

    /// <summary>What became of the last start; null while there was none.</summary>
    public required ScheduleRun? Last { get; init; }

    /// <summary>How many starts did not come about.</summary>
    public required long MissedCount { get; init; }

    /// <summary>The newest 20 of them, newest first.</summary>
    public required IReadOnlyList<MissedStart> Missed { get; init; }
}

/// <summary>What became of a start.</summary>
/// <param name="At">When it was to be.</param>
/// <param name="Capture">The capture that was started; null where none could be.</param>
/// <param name="Problem">Why it could not; null where it could.</param>
public sealed record ScheduleRun(Timestamp At, Guid? Capture, string? Problem);

/// <summary>The schedules, oldest first.</summary>
/// <param name="Schedules">They.</param>
public sealed record ScheduleList(IReadOnlyList<Schedule> Schedules);
