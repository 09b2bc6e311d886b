using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;

namespace MgCap.Capture;

/// <summary>Checks settings as far as they can be checked without looking at the machine.</summary>
public static class CaptureSettingsCheck
{
    private const int LongestName = 200;
    private const int LongestComment = 10_000;
    private const double LongestSeconds = 10 * 365.25 * 86400;

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
        if (name.Length > LongestName || name.Any(char.IsControl))
            yield return ("name", $"must be at most {LongestName} characters without control characters");
        if (comment.Length > LongestComment || comment.Contains('\0'))
            yield return ("comment", $"must be at most {LongestComment} characters without NUL");
    }

    private static IEnumerable<(string Field, string Message)> Problems(CaptureSettings settings)
    {
        if (!CaptureInterfaces.IsValidName(settings.Interface))
            yield return ("interface", "must be the name of a network interface: 1 to 15 bytes without slash, colon or white space");
        foreach (var problem in CheckTexts(settings.Name, settings.Comment))
            yield return problem;
        if (settings.Snaplen is < CaptureSettings.ShortestSnaplen or > CaptureSettings.LongestSnaplen)
            yield return ("snaplen", $"must be from {CaptureSettings.ShortestSnaplen} to {CaptureSettings.LongestSnaplen} bytes");
        if (CaptureFilter.FormProblem(settings.Filter) is { } filterProblem)
            yield return ("filter", filterProblem);
        if (settings.Stop.Packets < 0)
            yield return ("stop.packets", "must be 0 (no limit) or more");
        if (settings.Stop.Bytes < 0)
            yield return ("stop.bytes", "must be 0 (no limit) or more");
        if (settings.Stop.Seconds is not (>= 0 and <= LongestSeconds))
            yield return ("stop.seconds", $"must be from 0 (no limit) to {LongestSeconds:F0} seconds");
    }
}
