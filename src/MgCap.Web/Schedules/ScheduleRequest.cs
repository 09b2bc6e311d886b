using Cronos;
using MgCap.Capture;
using MgCap.Web.Captures;
using MgCap.Web.Catalogue;
using MgCap.Web.Packets;

namespace MgCap.Web.Schedules;

/// <summary>The body that makes a schedule, or changes one: then what is left out or null stays.</summary>
public sealed record ScheduleRequest
{
    /// <summary>For people to find it by.</summary>
    public string? Name { get; init; }

    /// <summary>When captures start, as crontab(5) has it: minute, hour, day of the month, month, day of the week; with a sixth field before them for the second. Required.</summary>
    public string? Start { get; init; }

    /// <summary>When they stop, likewise; without it, or empty, they end by themselves (stop of the capture).</summary>
    public string? Stop { get; init; }

    /// <summary>The time zone of both, by its name in the IANA's list; the default is UTC.</summary>
    public string? Zone { get; init; }

    /// <summary>Whether nothing is started; the default is false.</summary>
    public bool? Paused { get; init; }

    /// <summary>What is started, as POST /api/captures takes it. Required.</summary>
    public CaptureRequest? Capture { get; init; }

    /// <summary>Says what is wrong with what is given, by field.</summary>
    /// <param name="isNew">Whether what is required must be given.</param>
    internal IReadOnlyList<(string Field, string Message)> Problems(bool isNew)
    {
        var errors = new List<(string, string)>();
        errors.AddRange(CaptureSettingsCheck.CheckTexts(Name ?? "", ""));
        Zones.Read(Zone, errors);
        if (isNew && Start is null)
            errors.Add(("start", "must be given"));
        if (Start is not null && CronProblem(Start) is { } startProblem)
            errors.Add(("start", startProblem));
        if (Stop is not (null or "") && CronProblem(Stop) is { } stopProblem)
            errors.Add(("stop", stopProblem));
        if (isNew && Capture is null)
            errors.Add(("capture", "must be given"));
        if (Capture is not null)
            errors.AddRange(Capture.Read().Errors.Select(error => ($"capture.{error.Field}", error.Message)));
        return errors;
    }

    /// <summary>Puts what is given into a row.</summary>
    internal void Apply(ScheduleRow row)
    {
        row.Name = Name ?? row.Name;
        row.Start = Start ?? row.Start;
        row.Stop = Stop is null ? row.Stop : Stop == "" ? null : Stop;
        row.Zone = Zone ?? row.Zone;
        row.Paused = Paused ?? row.Paused;
        row.Capture = Capture is null ? row.Capture : StoredRequest.Write(Capture);
    }

    private static string? CronProblem(string text)
    {
        try
        {
            return ScheduleTimes.Parse(text).GetNextOccurrence(DateTime.UnixEpoch) is null ? "never comes: there is no such day" : null;
        }
        catch (CronFormatException exception)
        {
            return $"must be five fields as in crontab(5), like \"0 8 * * 1-5\": {exception.Message}";
        }
    }
}
