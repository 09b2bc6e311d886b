using MgCap.Capture;

namespace MgCap.Web.Catalogue;

/// <summary>A start that did not come about.</summary>
/// <param name="At">When it was to be.</param>
/// <param name="Why">Why not, for people.</param>
public sealed record MissedStart(Timestamp At, string Why);

/// <summary>A schedule as the catalogue keeps it.</summary>
public sealed class ScheduleRow
{
    /// <summary>Its id; ids of later schedules sort later.</summary>
    public required Guid Id { get; init; }

    /// <summary>For people to find it by.</summary>
    public required string Name { get; set; }

    /// <summary>Who said what it starts, whose those captures are; empty where that is not known.</summary>
    public required string Owner { get; set; }

    /// <summary>When captures start, as cron(8) has it.</summary>
    public required string Start { get; set; }

    /// <summary>When they stop, likewise; null where they end by themselves.</summary>
    public required string? Stop { get; set; }

    /// <summary>The time zone of both, by its name in the IANA's list.</summary>
    public required string Zone { get; set; }

    /// <summary>Whether nothing is started.</summary>
    public required bool Paused { get; set; }

    /// <summary>The body of POST /api/captures, as JSON.</summary>
    public required string Capture { get; set; }

    /// <summary>Until when starts were looked for.</summary>
    public required Timestamp CheckedAt { get; set; }

    /// <summary>When a capture was last to start; null while none was.</summary>
    public Timestamp? LastAt { get; set; }

    /// <summary>The capture that was started then; null where none could be.</summary>
    public Guid? LastCapture { get; set; }

    /// <summary>Why it could not; null where it could.</summary>
    public string? LastProblem { get; set; }

    /// <summary>Its capture that runs; null where none does.</summary>
    public Guid? Running { get; set; }

    /// <summary>When that is to be stopped; null where it ends by itself.</summary>
    public Timestamp? RunningUntil { get; set; }

    /// <summary>How many starts did not come about.</summary>
    public long MissedCount { get; set; }

    /// <summary>The newest of them, newest first.</summary>
    public IReadOnlyList<MissedStart> Missed { get; set; } = [];
}
