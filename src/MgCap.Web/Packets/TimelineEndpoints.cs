using System.Globalization;
using MgCap.Capture.Storage;
using MgCap.Web.Api;
using MgCap.Web.Catalogue;
using MgCap.Web.Files;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Packets;

/// <summary>/api/captures/{id}/timeline</summary>
public static class TimelineEndpoints
{
    private const int DefaultPoints = 600;
    private const int MaxPoints = 5000;

    /// <summary>Adds the route to those of the captures.</summary>
    public static void MapTimeline(this IEndpointRouteBuilder captures) => captures
        .MapGet("/{id}/timeline", GetAsync)
        .WithSummary("Packets and bytes over the capture's time, or over a part of it; of a capture that runs, what is written so far")
        .WithDescription(
            "It is made from an index that is written with the capture. Where steps are shorter than what the index tells apart (some 256 KiB, or a second) "
            + "and more than 16 MiB lie across them, packets are spread evenly.")
        .ProducesProblems(ProblemCode.InvalidRequest, ProblemCode.CaptureNotFound, ProblemCode.ReadersBusy);

    private static async Task<Results<Ok<CaptureTimeline>, ProblemHttpResult>> GetAsync(
        CaptureId id, CaptureFileAccess reading, string? points, string? from, string? to, CancellationToken cancellation)
    {
        var errors = new List<(string, string)>();
        var (start, end) = (QueryTimes.Read("from", from, errors), QueryTimes.Read("to", to, errors));
        if (start >= end)
            errors.Add(("to", "must be after from"));
        var most = DefaultPoints;
        if (points is not null && !(int.TryParse(points, NumberStyles.None, CultureInfo.InvariantCulture, out most) && most is >= 1 and <= MaxPoints))
            errors.Add(("points", $"must be from 1 to {MaxPoints}"));
        if (errors.Count > 0)
            return Problem.InvalidFields(errors);
        if (await reading.FindAsync(id) is not { } capture)
            return CaptureFileAccess.NoCapture();
        return TypedResults.Ok(await reading.Files.RunAsync(() => CaptureTimeline.Of(reading.IndexOf(capture), start, end, most), cancellation));
    }
}
