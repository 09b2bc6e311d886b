using MgCap.Capture;
using MgCap.Web.Api;
using MgCap.Web.Captures;
using MgCap.Web.Catalogue;
using MgCap.Web.History;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Live;

/// <summary>What a page needs that comes in the middle of a capture, or comes back to it.</summary>
/// <param name="Samples">As the live hub sent them, no more than two a second, of the last ten minutes at most; oldest first.</param>
/// <param name="Losses">When packets were lost since the capture started; their numbers add up to the counters of the newest sample.</param>
public sealed record CaptureSamples(IReadOnlyList<LiveSample> Samples, IReadOnlyList<LossEvent> Losses);

/// <summary>/api/captures/{id}/samples</summary>
public static class SampleEndpoints
{
    /// <summary>Adds the route to those of captures.</summary>
    public static void MapCaptureSamples(this IEndpointRouteBuilder captures) =>
        captures.MapGet("/{id}/samples", GetAsync).WithSummary("A running capture's samples of the last ten minutes, or of the time since ?since= (RFC 3339), and when it lost packets")
            .ProducesProblems(ProblemCode.InvalidRequest, ProblemCode.CaptureNotFound, ProblemCode.CaptureNotRunning);

    private static async Task<Results<Ok<CaptureSamples>, ProblemHttpResult>> GetAsync(CaptureId id, string? since, CaptureService captures)
    {
        Timestamp? moment = null;
        if (!string.IsNullOrEmpty(since))
        {
            if (!Timestamp.TryParse(since, out var parsed))
                return Problem.InvalidField("since", "must be an RFC 3339 time like 2026-11-22T17:05:24.5Z; a + in it is written %2B");
            moment = parsed;
        }

        if (await captures.FindAsync(id.Value) is null)
            return Problem.Of(ProblemCode.CaptureNotFound, "GET /api/captures lists them.");
        return captures.FindTrack(id.Value) is { } track
            ? TypedResults.Ok(new CaptureSamples(track.Samples.Read(moment), track.Losses.Read()))
            : Problem.Of(ProblemCode.CaptureNotRunning, $"Samples are kept while a capture runs. GET /api/captures/{id.Value} has what it came to.");
    }
}
