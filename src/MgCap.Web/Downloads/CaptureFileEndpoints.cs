using MgCap.Web.Api;
using MgCap.Web.Captures;
using MgCap.Web.Catalogue;
using MgCap.Web.Files;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Downloads;

/// <summary>/api/captures/{id}/files</summary>
public static class CaptureFileEndpoints
{
    /// <summary>Adds the routes.</summary>
    public static void MapCaptureFiles(this IEndpointRouteBuilder captures)
    {
        captures.MapGet("/{id}/files", ListAsync)
            .WithSummary("The capture's files, oldest first; of one that keeps its newest, those that are there")
            .ProducesProblems(ProblemCode.CaptureNotFound);
        captures.MapMethods("/{id}/files/{name}", [HttpMethods.Get, HttpMethods.Head], GetAsync)
            .WithSummary("One of the capture's files; of the one that is written, what is in it so far")
            .Produces<Stream>(StatusCodes.Status200OK, CaptureDownload.MediaType)
            .Produces<Stream>(StatusCodes.Status206PartialContent, CaptureDownload.MediaType)
            .Produces(StatusCodes.Status416RangeNotSatisfiable)
            .ProducesProblems(ProblemCode.CaptureNotFound);
    }

    private static async Task<Results<Ok<CaptureFileList>, ProblemHttpResult>> ListAsync(CaptureId id, CaptureService captures) =>
        await captures.FindAsync(id.Value) is { } record ? TypedResults.Ok(new CaptureFileList(record.Files)) : CaptureFileAccess.NoCapture();

    private static async Task<IResult> GetAsync(CaptureId id, string name, HttpResponse response, CaptureFileAccess reading)
    {
        if (await reading.FindFileAsync(id, name) is not { } found)
            return Problem.Of(ProblemCode.CaptureNotFound, $"GET /api/captures/{id.Value}/files lists the files that are there; a capture that keeps its newest removes the others.");
        return CaptureDownload.Answer(response, found.Content, found.File.State == CaptureFileState.Finished ? found.FinishedAt : null, $"{id.Value:N}-{name}");
    }
}

/// <summary>A capture's files.</summary>
/// <param name="Files">Oldest first.</param>
public sealed record CaptureFileList(IReadOnlyList<CaptureFileInfo> Files);
