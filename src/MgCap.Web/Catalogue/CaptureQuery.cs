using Microsoft.EntityFrameworkCore;

namespace MgCap.Web.Catalogue;

/// <summary>Which captures a list shows.</summary>
public sealed record CaptureQuery
{
    private const string Escape = "\\";

    private static readonly CaptureState[] _ended = [CaptureState.Stopped, CaptureState.Failed, CaptureState.Recovered];

    /// <summary>Only those in one of these states; empty for all.</summary>
    public IReadOnlyList<CaptureState> States { get; init; } = [];

    /// <summary>Only those of this interface; null for all.</summary>
    public string? Interface { get; init; }

    /// <summary>Only those that have each of these words in their name, comment, interface or filter, in capitals or not (of ASCII letters).</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>The states of a capture that has ended.</summary>
    public static IReadOnlyList<CaptureState> Ended => _ended;

    /// <summary>These captures among others.</summary>
    public IQueryable<CaptureRecord> Among(IQueryable<CaptureRecord> captures)
    {
        if (States.Count > 0)
            captures = captures.Where(record => States.Contains(record.State));
        if (Interface is { } name)
            captures = captures.Where(record => record.Interface == name);
        foreach (var word in Words)
        {
            var pattern = $"%{Literally(word)}%";
            captures = captures.Where(record =>
                EF.Functions.Like(record.Name, pattern, Escape)
                || EF.Functions.Like(record.Comment, pattern, Escape)
                || EF.Functions.Like(record.Interface, pattern, Escape)
                || EF.Functions.Like(record.Filter!, pattern, Escape));
        }

        return captures;
    }

    private static string Literally(string word) => word
        .Replace(Escape, Escape + Escape, StringComparison.Ordinal)
        .Replace("%", Escape + "%", StringComparison.Ordinal)
        .Replace("_", Escape + "_", StringComparison.Ordinal);
}
