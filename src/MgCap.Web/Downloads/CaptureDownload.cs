using MgCap.Capture.Filtering;
using MgCap.Web.Api;
using MgCap.Web.Catalogue;
using MgCap.Web.Files;
using Microsoft.Net.Http.Headers;

namespace MgCap.Web.Downloads;

/// <summary>/api/captures/{id}/pcapng</summary>
public static class CaptureDownload
{
    internal const string MediaType = "application/x-pcapng";

    /// <summary>Adds the route.</summary>
    public static void MapCaptureDownload(this IEndpointRouteBuilder captures) => captures
        .MapMethods("/{id}/pcapng", [HttpMethods.Get, HttpMethods.Head], GetAsync)
        .WithSummary("The capture as one file; of one that still runs, what is written so far; with from, to or filter a part of it")
        .WithDescription("A part has the packets from one time up to, and without, another, and those that a pcap-filter(7) finds. It has no tag and no ranges.")
        .Produces<Stream>(StatusCodes.Status200OK, MediaType)
        .Produces<Stream>(StatusCodes.Status206PartialContent, MediaType)
        .Produces(StatusCodes.Status416RangeNotSatisfiable)
        .WithMetadata(new DocumentedProblems([ProblemCode.InvalidRequest, ProblemCode.CaptureNotFound, ProblemCode.FilterInvalid, ProblemCode.FilterTooSlow, ProblemCode.ReadersBusy]));

    private static async Task<IResult> GetAsync(
        CaptureId id, HttpResponse response, CaptureFileAccess reading, IFilterCompiler filters, string? from, string? to, string? filter)
    {
        var (part, problem) = PartQuery.Read(from, to, filter);
        if (problem is not null)
            return problem;
        if (part is not null)
            return await PartDownload.OpenAsync(id, part, reading, filters, response.HttpContext.RequestAborted);
        if (await reading.FindAsync(id) is not { Files: var files } capture)
            return CaptureFileAccess.NoCapture();
        response.Headers.ContentDisposition = $"attachment; filename=\"{Path.GetFileName(files.Name)}\"";
        if (capture.Record.StoppedAt is not { } stoppedAt)
        {
            // Up to the end of a block, of a file that grows: the next answer is another one.
            response.Headers.AcceptRanges = "none";
            response.Headers.CacheControl = "no-store";
            return TypedResults.Stream(files.Open(), MediaType);
        }

        // The files change no more: the id and their length name the content.
        return TypedResults.Stream(
            files.Open(), MediaType, null, stoppedAt.ToDateTimeOffset(), new EntityTagHeaderValue($"\"{id.Value:N}-{files.Length}\""), enableRangeProcessing: true);
    }
}
