using MgCap.Capture.Filtering;
using MgCap.Capture.Storage;
using MgCap.Web.Api;
using MgCap.Web.Captures;
using MgCap.Web.Catalogue;
using MgCap.Web.Configuration;
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
        .WithSummary("The capture's file; of one that still runs, what is written so far; with from, to or filter a part of it")
        .WithDescription("A part has the packets from one time up to, and without, another, and those that a pcap-filter(7) finds. It has no tag and no ranges.")
        .Produces<Stream>(StatusCodes.Status200OK, MediaType)
        .Produces<Stream>(StatusCodes.Status206PartialContent, MediaType)
        .Produces(StatusCodes.Status416RangeNotSatisfiable)
        .WithMetadata(new DocumentedProblems([ProblemCode.InvalidRequest, ProblemCode.CaptureNotFound, ProblemCode.FilterInvalid, ProblemCode.FilterTooSlow, ProblemCode.ReadersBusy]));

    private static async Task<IResult> GetAsync(
        CaptureId id, HttpResponse response, CaptureService captures, CaptureFileAccess reading, IFilterCompiler filters, DataFolder data, string? from, string? to, string? filter)
    {
        var (part, problem) = PartQuery.Read(from, to, filter);
        if (problem is not null)
            return problem;
        if (part is not null)
            return await PartDownload.OpenAsync(id, part, reading, filters, response.HttpContext.RequestAborted);
        if (await captures.FindAsync(id.Value) is not { } record)
            return Problem.Of(ProblemCode.CaptureNotFound, "GET /api/captures lists them.");
        if (record.Files is not [var file, ..] || new CaptureFolder(data.Captures, id.Value).PathOf(file.Name) is var path && !File.Exists(path))
            return Problem.Of(ProblemCode.CaptureNotFound, "The capture's files are gone.");
        response.Headers.ContentDisposition = $"attachment; filename=\"{file.Name}\"";
        if (record.StoppedAt is not { } stoppedAt)
            return new WrittenSoFar(path, file);
        // The file changes no more: its id and length name its content.
        return TypedResults.PhysicalFile(
            path, MediaType, null, stoppedAt.ToDateTimeOffset(), new EntityTagHeaderValue($"\"{id.Value:N}-{file.Bytes}\""), enableRangeProcessing: true);
    }

    /// <summary>The start of a file that still grows, up to the end of a block.</summary>
    private sealed class WrittenSoFar(string path, CaptureFileInfo file) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = MediaType;
            response.ContentLength = file.Bytes;
            response.Headers.AcceptRanges = "none";
            response.Headers.CacheControl = "no-store";
            if (!HttpMethods.IsHead(httpContext.Request.Method))
                await response.SendFileAsync(path, 0, file.Bytes, httpContext.RequestAborted);
        }
    }
}
