using System.Globalization;
using MgCap.Capture.Engines;
using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;

namespace MgCap.Capture;

/// <summary>Checks settings as far as they can be checked without looking at the machine.</summary>
public static class CaptureSettingsCheck
{
    private const int MaxNameLength = 200;
    private const int MaxCommentLength = 10_000;

    /// <summary>The longest time that can be asked for, ten years in seconds.</summary>
    public const double MaxSeconds = 10 * 365.25 * 86400;

    /// <summary>Says what is wrong, by field; the fields' names are those of the JSON body.</summary>
    /// <returns>Empty when nothing is.</returns>
    public static IReadOnlyList<(string Field, string Message)> Check(CaptureSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return [.. Problems(settings)];
    }

    /// <summary>Says what is wrong with what people call a capture.</summary>
    public static IEnumerable<(string Field, string Message)> CheckTexts(string name, string comment)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(comment);
        if (FreeText.Problem(name, MaxNameLength, lines: false) is { } nameProblem)
            yield return ("name", nameProblem);
        if (FreeText.Problem(comment, MaxCommentLength, lines: true) is { } commentProblem)
            yield return ("comment", commentProblem);
    }

    private static IEnumerable<(string Field, string Message)> Problems(CaptureSettings settings)
    {
        foreach (var problem in InterfaceProblems(settings.Interfaces))
            yield return problem;
        foreach (var problem in CheckTexts(settings.Name, settings.Comment))
            yield return problem;
        if (!CaptureEngines.Names.Contains(settings.Engine))
            yield return ("engine", $"must be one of {string.Join(", ", CaptureEngines.Names)}");
        if (settings.Snaplen is < CaptureSettings.MinSnaplen or > CaptureSettings.MaxSnaplen)
            yield return ("snaplen", $"must be from {CaptureSettings.MinSnaplen} to {CaptureSettings.MaxSnaplen} bytes");
        if (CaptureFilter.FormProblem(settings.Filter) is { } filterProblem)
            yield return ("filter", filterProblem);
        if (settings.Stop.Packets < 0)
            yield return ("stop.packets", "must be 0 (no limit) or more");
        if (settings.Stop.Bytes < 0)
            yield return ("stop.bytes", "must be 0 (no limit) or more");
        if (settings.Stop.Seconds is not (>= 0 and <= MaxSeconds))
            yield return ("stop.seconds", $"must be from 0 (no limit) to {MaxSeconds:F0} seconds");
        if (settings is { Hwtstamp: true, Interfaces.Count: > 1 })
            yield return ("hwtstamp", "is for captures of one interface: two cards have two clocks, which would not put their packets in one order");
        foreach (var problem in settings.Rotate is { } rotate ? Problems(rotate) : [])
            yield return problem;
        if (settings.Recorder is not { } recorder)
        {
            if (settings.Triggers.Count > 0)
                yield return ("triggers", "are for captures of kind recorder");
            yield break;
        }

        foreach (var problem in TriggerProblems(settings.Triggers))
            yield return problem;
        if (recorder.Bytes < RecorderSettings.MinBytes)
            yield return ("recorder.bytes", $"must be at least {RecorderSettings.MinBytes} bytes");
        if (recorder.Seconds is not (>= 0 and <= MaxSeconds))
            yield return ("recorder.seconds", $"must be from 0 (no limit) to {MaxSeconds:F0} seconds");
        if (settings.Rotate is not null)
            yield return ("rotate", "is for captures with files; a recorder has none");
    }

    private static IEnumerable<(string Field, string Message)> InterfaceProblems(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            yield return ("interface", "must be the name of a network interface");
        if (names.Count > CaptureSettings.MaxInterfaces)
            yield return ("interfaces", $"must be at most {CaptureSettings.MaxInterfaces}");
        for (var i = 0; i < names.Count; i++)
        {
            if (CaptureInterfaces.NameProblem(names[i]) is { } problem)
                yield return (names.Count == 1 ? "interface" : $"interfaces[{i}]", problem);
            else if (names.Take(i).Contains(names[i]))
                yield return ($"interfaces[{i}]", $"is {names[i]} again; name each interface once");
        }
    }

    private static IEnumerable<(string Field, string Message)> TriggerProblems(IReadOnlyList<RecorderTrigger> triggers)
    {
        if (triggers.Count > RecorderTrigger.MaxCount)
            yield return ("triggers", $"must be at most {RecorderTrigger.MaxCount}");
        foreach (var (trigger, at) in triggers.Select((trigger, i) => (trigger, $"triggers[{i}]")))
        {
            if (trigger is { PacketsPerSecond: null, BitsPerSecond: null, Filter: null, Loss: false })
                yield return (at, "does not say what it waits for: give packetsPerSecond, bitsPerSecond, filter or loss");
            if (trigger.PacketsPerSecond is not (null or (> 0 and < double.PositiveInfinity)))
                yield return ($"{at}.packetsPerSecond", "must be more than 0");
            if (trigger.BitsPerSecond is not (null or (> 0 and < double.PositiveInfinity)))
                yield return ($"{at}.bitsPerSecond", "must be more than 0");
            if (CaptureFilter.FormProblem(trigger.Filter) is { } filterProblem)
                yield return ($"{at}.filter", filterProblem);
            if (trigger.Before is not (>= 0 and <= MaxSeconds))
                yield return ($"{at}.before", $"must be from 0 to {MaxSeconds:F0} seconds");
            if (trigger.After is not (>= 0 and <= RecorderTrigger.MaxAfter))
                yield return ($"{at}.after", $"must be from 0 to {RecorderTrigger.MaxAfter} seconds");
            if (trigger.PauseSeconds is not (>= 0 and <= MaxSeconds))
                yield return ($"{at}.pauseSeconds", $"must be from 0 to {MaxSeconds:F0} seconds");
        }
    }

    private static IEnumerable<(string Field, string Message)> Problems(Rotation rotate)
    {
        if (rotate.Bytes is not (0 or >= Rotation.MinBytes))
            yield return ("rotate.bytes", $"must be at least {Rotation.MinBytes} bytes, or 0 (no limit)");
        if (rotate.Seconds is not (0 or (>= Rotation.MinSeconds and <= MaxSeconds)))
            yield return ("rotate.seconds", string.Create(CultureInfo.InvariantCulture, $"must be from {Rotation.MinSeconds} to {MaxSeconds:F0} seconds, or 0 (no limit)"));
        if (rotate.Packets < 0)
            yield return ("rotate.packets", "must be 1 or more, or 0 (no limit)");
        if (rotate.Files is < 0 or > Rotation.MaxFiles)
            yield return ("rotate.files", $"must be from 1 to {Rotation.MaxFiles} files; without it every file is kept");
        if (rotate is { Bytes: 0, Seconds: 0, Packets: 0 })
            yield return ("rotate", "does not say when a new file begins: give bytes, seconds or packets");
        if (rotate is { Align: true, Seconds: 0 })
            yield return ("rotate.align", "needs seconds: files begin at whole multiples of them");
    }
}
