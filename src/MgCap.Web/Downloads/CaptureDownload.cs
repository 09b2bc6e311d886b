using MgCap.Capture.Filtering;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Storage;
using MgCap.Web.Api;
using MgCap.Web.Catalogue;
using MgCap.Web.Files;
using Microsoft.Net.Http.Headers;

namespace MgCap.Web.Downloads;

/// <summary>/api/captures/{id}/pcapng</summary>
public static class CaptureDownload
{
    internal const string MediaType = "application/x-pcapng";
    internal const string PcapMediaType = "application/vnd.tcpdump.pcap";

    /// <summary>Adds the route.</summary>
    public static void MapCaptureDownload(this IEndpointRouteBuilder captures) => captures
        .MapMethods("/{id}/pcapng", [HttpMethods.Get, HttpMethods.Head], GetAsync)
        .WithSummary("The capture as one file; of one that still runs, what is written so far; with from, to or filter a part of it; with format=pcap in the older format, of nanoseconds; with compress=gzip or zstd compressed")
        .WithDescription(
            "A part has the packets from one time up to, and without, another, and those that a pcap-filter(7) finds. It has no tag and no ranges, and neither has what is in the older "
            + "format, which is for captures of one link type, or compressed. Compressed is the file itself, as Wireshark opens it, whatever encodings the client takes.")
        .Produces<Stream>(StatusCodes.Status200OK, MediaType, PcapMediaType, "application/gzip", "application/zstd")
        .Produces<Stream>(StatusCodes.Status206PartialContent, MediaType)
        .Produces(StatusCodes.Status416RangeNotSatisfiable)
        .WithMetadata(new DocumentedProblems([ProblemCode.InvalidRequest, ProblemCode.CaptureNotFound, ProblemCode.FilterInvalid, ProblemCode.FilterTooSlow, ProblemCode.LinkTypesDiffer, ProblemCode.ReadersBusy]));

    private static async Task<IResult> GetAsync(
        CaptureId id, HttpResponse response, CaptureFileAccess reading, IFilterCompiler filters, string? from, string? to, string? filter, string? format, string? compress)
    {
        var (part, problem) = PartQuery.Read(from, to, filter, format, compress);
        if (problem is not null)
            return problem;
        if (!part!.IsWhole)
            return await PartDownload.OpenAsync(id, part, reading, filters, response.HttpContext.RequestAborted);
        if (await reading.FindAsync(id) is not { Files: var files } capture)
            return CaptureFileAccess.NoCapture();
        if (part.Compression != FileCompression.None)
            return new CompressedDownload(files, part.Compression);
        return Answer(response, files, capture.Record.StoppedAt?.ToDateTimeOffset(), $"{id.Value:N}");
    }

    /// <summary>The media type of a format.</summary>
    internal static string MediaTypeOf(PacketForm form) => form == PacketForm.Pcap ? PcapMediaType : MediaType;

    /// <summary>The head of an answer that is made while it is sent.</summary>
    internal static void Announce(HttpResponse response, string name, string mediaType)
    {
        response.ContentType = mediaType;
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        response.Headers.AcceptRanges = "none";
        response.Headers.CacheControl = "no-store";
    }

    /// <summary>Files as one.</summary>
    /// <param name="response">What the head goes to.</param>
    /// <param name="files">The files.</param>
    /// <param name="finishedAt">Since when they change no more; null where one is written.</param>
    /// <param name="name">Names the content, together with its length.</param>
    internal static IResult Answer(HttpResponse response, CaptureFileSet files, DateTimeOffset? finishedAt, string name)
    {
        response.Headers.ContentDisposition = $"attachment; filename=\"{Path.GetFileName(files.Name)}\"";
        if (finishedAt is not { } lastModified)
        {
            // Up to the end of a block, of a file that grows: the next answer is another one.
            response.Headers.AcceptRanges = "none";
            response.Headers.CacheControl = "no-store";
            return TypedResults.Stream(files.Open(), MediaType);
        }

        return TypedResults.Stream(files.Open(), MediaType, null, lastModified, new EntityTagHeaderValue($"\"{name}-{files.Length}\""), enableRangeProcessing: true);
    }
}
