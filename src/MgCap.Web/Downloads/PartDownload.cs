using System.Buffers;
using MgCap.Capture.Filtering;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Storage;
using MgCap.Web.Api;
using MgCap.Web.Catalogue;
using MgCap.Web.Dissection;
using MgCap.Web.Files;

namespace MgCap.Web.Downloads;

/// <summary>A part of a capture, sent as it is made: in pieces, each read on a reading thread, none while the client is slow.</summary>
internal sealed class PartDownload : IResult
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    private readonly ReadableCapture _capture;
    private readonly CaptureExport _part;
    private readonly PartQuery _query;
    private readonly CaptureFileAccess _reading;

    private PartDownload(ReadableCapture capture, CaptureExport part, PartQuery query, CaptureFileAccess reading)
    {
        _capture = capture;
        _part = part;
        _query = query;
        _reading = reading;
    }

    /// <summary>Opens a part, or says what is wrong with it before anything is sent.</summary>
    internal static async Task<IResult> OpenAsync(CaptureId id, PartQuery query, CaptureFileAccess reading, IFilterCompiler filters, CancellationToken cancellation)
    {
        if (await reading.FindAsync(id) is not { } capture)
            return CaptureFileAccess.NoCapture();
        var linkTypes = query is { Filter: null, Form: PacketForm.Pcapng }
            ? []
            : await reading.Files.RunAsync(() => CaptureExport.LinkTypesOf(reading.IndexOf(capture)), cancellation);
        if (query.Form == PacketForm.Pcap && linkTypes.Count > 1)
            return Problem.Of(ProblemCode.LinkTypesDiffer, "A file of the older format has packets of one link type. Leave out format, or take one of the capture's files.");
        var filter = query.Filter is { } text ? await FileFilter.CompileAsync(text, linkTypes, filters, cancellation) : null;
        var part = await reading.Files.RunAsync(() => new CaptureExport(reading.IndexOf(capture), query.From, query.To, filter, query.Form), cancellation);
        return new PartDownload(capture, part, query, reading);
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var _ = _part;
        var response = httpContext.Response;
        response.ContentType = CaptureDownload.MediaTypeOf(_query.Form);
        var part = _query with { Form = PacketForm.Pcapng } == new PartQuery(null, null, null, PacketForm.Pcapng) ? "" : "-part";
        response.Headers.ContentDisposition = $"attachment; filename=\"{Path.GetFileNameWithoutExtension(_capture.Files.Name)}{part}{PartQuery.ExtensionOf(_query.Form)}\"";
        response.Headers.AcceptRanges = "none";
        response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsHead(httpContext.Request.Method))
            return;
        var piece = new ArrayBufferWriter<byte>();
        for (var more = true; more;)
        {
            more = await ReadAsync(piece, httpContext.RequestAborted);
            await response.Body.WriteAsync(piece.WrittenMemory, httpContext.RequestAborted);
            piece.ResetWrittenCount();
        }
    }

    /// <summary>Once an answer has begun it can't say that others read: it waits for them.</summary>
    private async Task<bool> ReadAsync(ArrayBufferWriter<byte> piece, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await _reading.Files.RunAsync(() => _part.Read(piece), cancellation);
            }
            catch (ReadersBusyException)
            {
                await Task.Delay(_pause, cancellation);
            }
        }
    }
}
