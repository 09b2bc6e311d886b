using MgCap.Web.Api;
using MgCap.Web.Captures;
using MgCap.Web.Catalogue;
using MgCap.Web.History;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Live;

/// <summary>When a capture lost packets.</summary>
/// <param name="Losses">By stage and then by time; their numbers add up to the capture's counters. Empty for captures of a process that died: it took them with it.</param>
public sealed record CaptureLosses(IReadOnlyList<LossEvent> Losses);

/// <summary>/api/captures/{id}/losses</summary>
public static class LossEndpoints
{
    /// <summary>Adds the route to those of captures.</summary>
    public static void MapCaptureLosses(this IEndpointRouteBuilder captures) =>
        captures.MapGet("/{id}/losses", GetAsync).WithSummary("When and where a capture lost packets, in seconds since it started; also after its end")
            .ProducesProblems(ProblemCode.CaptureNotFound);

    private static async Task<Results<Ok<CaptureLosses>, ProblemHttpResult>> GetAsync(CaptureId id, CaptureService captures) =>
        await captures.FindLossesAsync(id.Value) is { } losses
            ? TypedResults.Ok(new CaptureLosses(losses))
            : Problem.Of(ProblemCode.CaptureNotFound, "GET /api/captures lists them.");
}
