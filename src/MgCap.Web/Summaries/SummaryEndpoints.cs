using MgCap.Web.Api;
using MgCap.Web.Catalogue;
using MgCap.Web.Files;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Summaries;

/// <summary>/api/captures/{id}/summary</summary>
public static class SummaryEndpoints
{
    /// <summary>Adds the route to those of the captures.</summary>
    public static void MapSummary(this IEndpointRouteBuilder captures) => captures
        .MapGet("/{id}/summary", GetAsync)
        .WithSummary("What is in a capture that has ended: rates, protocols, addresses, conversations, lengths")
        .WithDescription("It is made when it is first asked for: ask again while its state is working.")
        .ProducesProblems(ProblemCode.CaptureNotFound, ProblemCode.CaptureRunning, ProblemCode.ReadersBusy);

    private static async Task<Results<Ok<CaptureSummary>, ProblemHttpResult>> GetAsync(CaptureId id, CaptureFileAccess reading, SummaryService summaries)
    {
        if (await reading.FindAsync(id) is not { } capture)
            return CaptureFileAccess.NoCapture();
        if (!capture.HasEnded)
            return Problem.Of(ProblemCode.CaptureRunning, "Its statistics tell of it while it runs.");
        return TypedResults.Ok(summaries.Find(capture));
    }
}
