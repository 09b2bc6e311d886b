using System.Text.RegularExpressions;

namespace MgCap.Web.Packets;

/// <summary>Time zones in queries: what times without a zone mean in a display filter, and what dissectors show times in.</summary>
internal static partial class Zones
{
    /// <summary>The zone where none is asked for.</summary>
    internal const string Utc = "UTC";

    private const string Wrong = "must be a time zone's name in the IANA's list, like America/New_York, that the console's machine has (Debian: tzdata); or UTC";

    /// <summary>Reads one.</summary>
    /// <returns>The zone's name; UTC where there is none, or where it is wrong, which is added to the errors.</returns>
    internal static string Read(string? text, List<(string, string)> errors)
    {
        if (text is null or Utc)
            return Utc;
        // It becomes part of a helper's environment: a name and nothing else.
        if (Name().IsMatch(text) && TimeZoneInfo.TryFindSystemTimeZoneById(text, out _))
            return text;
        errors.Add(("zone", Wrong));
        return Utc;
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,3}\z")]
    private static partial Regex Name();
}
