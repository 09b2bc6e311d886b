using MgCap.Web.Api;
using MgCap.Web.Catalogue;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Captures;

/// <summary>A page of captures.</summary>
/// <param name="Captures">Newest first.</param>
/// <param name="NextCursor">For the next page's <c>cursor</c>; null on the last page.</param>
/// <param name="Total">How many captures there are on all pages; null on the second page and later ones.</param>
public sealed record CapturePage(IReadOnlyList<CaptureRecord> Captures, string? NextCursor, int? Total);

/// <summary>The list of /api/captures</summary>
public static class CaptureList
{
    private const int DefaultLimit = 100;
    private const int LargestLimit = 500;
    private const int MaxTextLength = 200;
    private const int MaxWords = 10;
    private const string Ended = "ended";
    private const string Open = "open";

    private static readonly string _states = string.Join(", ", Enum.GetNames<CaptureState>()).ToLowerInvariant();

    /// <summary>Adds the route.</summary>
    public static void MapCaptureList(this IEndpointRouteBuilder captures) => captures
        .MapGet("", ListAsync)
        .WithSummary("Captures, newest first")
        .WithDescription(
            $"`state` is one of {_states}, {Ended} for all that have, or {Open} for all that have not. `text` finds captures that have each of its words in their name, comment, "
            + $"interface or filter. `limit` is from 1 to {LargestLimit}, {DefaultLimit} where it is not given; `cursor` is the `nextCursor` of the page before.")
        .ProducesProblems(ProblemCode.InvalidRequest);

    private static async Task<Results<Ok<CapturePage>, ProblemHttpResult>> ListAsync(
        CaptureService captures, string? state, string? @interface, string? text, string? limit, string? cursor)
    {
        if (StatesOf(state) is not { } states)
            return Problem.InvalidField("state", $"must be one of {_states}, {Ended}, {Open}");
        var words = (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (text?.Length > MaxTextLength || words.Length > MaxWords)
            return Problem.InvalidField("text", $"must be no longer than {MaxTextLength} characters and {MaxWords} words");
        var most = DefaultLimit;
        if (limit is not null && !(int.TryParse(limit, out most) && most is >= 1 and <= LargestLimit))
            return Problem.InvalidField("limit", $"must be from 1 to {LargestLimit}");
        CaptureCursor? after = null;
        if (cursor is not null && (after = CaptureCursor.Parse(cursor)) is null)
            return Problem.InvalidField("cursor", "must be the nextCursor of another page");

        var query = new CaptureQuery { States = states, Interface = @interface, Words = words };
        // One more than asked for tells whether there is a next page.
        var found = await captures.ListAsync(query, after, most + 1);
        var page = found.Take(most).ToArray();
        var next = found.Count > most ? new CaptureCursor(page[^1].StartedAt, page[^1].Id).ToString() : null;
        int? total = after is not null ? null : next is null ? page.Length : await captures.CountAsync(query);
        return TypedResults.Ok(new CapturePage(page, next, total));
    }

    /// <returns>null where the text is none.</returns>
    private static IReadOnlyList<CaptureState>? StatesOf(string? text) =>
        text is null ? []
        : string.Equals(text, Ended, StringComparison.OrdinalIgnoreCase) ? CaptureQuery.Ended
        : string.Equals(text, Open, StringComparison.OrdinalIgnoreCase) ? CaptureQuery.Open
        // Enum.TryParse would also take numbers, and several names at once.
        : Enum.GetNames<CaptureState>().FirstOrDefault(name => string.Equals(name, text, StringComparison.OrdinalIgnoreCase)) is { } name ? [Enum.Parse<CaptureState>(name)]
        : null;
}
