using System.Globalization;
using MgCap.Capture;
using MgCap.Web.Api;
using MgCap.Web.Dissection;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Packets;

/// <summary>Which packets of a capture are asked for.</summary>
/// <param name="Offset">Packets that are passed over.</param>
/// <param name="Limit">How many at most.</param>
/// <param name="At">Where given, it begins with the first packet of this time or later.</param>
/// <param name="Display">A display filter; null for every packet.</param>
/// <param name="Zone">The time zone of times in the display filter that name none.</param>
/// <param name="GoesOn">Whether it goes on with the search of another answer.</param>
public sealed record PacketQuery(long Offset, int Limit, Timestamp? At, string? Display, string Zone, bool GoesOn)
{
    private const int DefaultLimit = 100;
    private const int LargestLimit = 1000;

    /// <summary>Reads a query.</summary>
    /// <returns>The query, or the answer that says what is wrong with it.</returns>
    public static (PacketQuery? Query, ProblemHttpResult? Problem) Read(string? offset, string? limit, string? at, string? display, string? cursor, string? zone)
    {
        var errors = new List<(string, string)>();
        if (!TryNumber(offset, 0, long.MaxValue, 0, out var from))
            errors.Add(("offset", "must be 0 or more packets"));
        if (!TryNumber(limit, 1, LargestLimit, DefaultLimit, out var most))
            errors.Add(("limit", $"must be from 1 to {LargestLimit}"));
        var time = QueryTimes.Read("at", at, errors);
        var shown = Zones.Read(zone, errors);
        if (at is not null && offset is not null)
            errors.Add(("at", "goes without offset"));

        if (string.IsNullOrWhiteSpace(display))
            display = null;
        else if (!FieldFilter.Fits(display))
            errors.Add(("display", $"must have at most {FieldFilter.MaxDisplayLength} bytes"));
        else if (display.Any(char.IsControl))
            errors.Add(("display", "must have no control characters"));
        if (cursor is not null)
        {
            if (display is null || offset is not null || at is not null)
                errors.Add(("cursor", "goes with the display filter it is of, and without offset and at"));
            if (!TryNumber(cursor, 0, long.MaxValue, 0, out from))
                errors.Add(("cursor", "must be the next of another answer"));
        }

        return errors.Count == 0 ? (new PacketQuery(from, (int)most, time, display, shown, cursor is not null), null) : (null, Problem.InvalidFields(errors));
    }

    private static bool TryNumber(string? text, long least, long most, long otherwise, out long number)
    {
        number = otherwise;
        return text is null
            || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most);
    }
}
