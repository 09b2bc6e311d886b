using System.Globalization;
using MgCap.Capture;

namespace MgCap.Web.Packets;

/// <summary>Times in queries.</summary>
internal static class QueryTimes
{
    private const string Wrong = "must be an RFC 3339 time like 2026-11-22T17:05:24.123456789Z; a + before its offset is written %2B";

    /// <summary>Reads one.</summary>
    /// <returns>null where there is none, or where it is wrong, which is added to the errors.</returns>
    internal static Timestamp? Read(string name, string? text, List<(string, string)> errors)
    {
        if (text is null)
            return null;
        if (Timestamp.TryParse(text, CultureInfo.InvariantCulture, out var time))
            return time;
        errors.Add((name, Wrong));
        return null;
    }
}
