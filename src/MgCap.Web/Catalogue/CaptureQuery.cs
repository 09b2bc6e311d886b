namespace MgCap.Web.Catalogue;

/// <summary>Which captures a list shows.</summary>
public sealed record CaptureQuery
{
    private static readonly CaptureState[] _ended = [CaptureState.Stopped, CaptureState.Failed, CaptureState.Recovered];

    /// <summary>Only those in one of these states; empty for all.</summary>
    public IReadOnlyList<CaptureState> States { get; init; } = [];

    /// <summary>Only those of this interface, by itself or with others; null for all.</summary>
    public string? Interface { get; init; }

    /// <summary>Only those that have each of these words in their name, comment, interface or filter, whatever their case and Unicode normalization (<see cref="SearchText"/>).</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>The states of a capture that has ended.</summary>
    public static IReadOnlyList<CaptureState> Ended => _ended;

    /// <summary>All other states.</summary>
    public static IReadOnlyList<CaptureState> Open { get; } = [.. Enum.GetValues<CaptureState>().Except(_ended)];

    /// <summary>These captures among others.</summary>
    public IQueryable<CaptureRow> Among(IQueryable<CaptureRow> captures)
    {
        if (States.Count > 0)
            captures = captures.Where(row => States.Contains(row.State));
        if (Interface is { } name)
        {
            // As CaptureSettings.Joined has them; no name has white space.
            var among = $", {name}, ";
            captures = captures.Where(row => (", " + row.Interface + ", ").Contains(among));
        }

        foreach (var word in Words)
        {
            var folded = SearchText.Fold(word);
            // No word holds a line's end, so none is found across two fields.
            captures = captures.Where(row =>
                CatalogueContext.Fold(row.Name + "\n" + row.Comment + "\n" + row.Interface + "\n" + (row.Filter ?? "")).Contains(folded));
        }

        return captures;
    }
}
