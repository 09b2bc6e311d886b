using MgCap.Capture.Engines;
using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;

namespace MgCap.Capture;

/// <summary>Checks settings as far as they can be checked without looking at the machine.</summary>
public static class CaptureSettingsCheck
{
    private const int MaxNameLength = 200;
    private const int MaxCommentLength = 10_000;
    private const double MaxSeconds = 10 * 365.25 * 86400;

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
        if (CaptureInterfaces.NameProblem(settings.Interface) is { } nameProblem)
            yield return ("interface", nameProblem);
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
    }
}
