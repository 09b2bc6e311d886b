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
    private readonly ArrayBufferWriter<byte> _piece = new();
    private bool _hasMore;

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
        var download = new PartDownload(capture, part, query, reading);
        try
        {
            download._hasMore = await download.ReadAsync(cancellation);
            return download;
        }
        catch
        {
            part.Dispose();
            throw;
        }
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var _ = _part;
        var response = httpContext.Response;
        var part = _query.HasAllPackets ? "" : "-part";
        CaptureDownload.Announce(
            response,
            $"{Path.GetFileNameWithoutExtension(_capture.Files.Name)}{part}{PartQuery.ExtensionOf(_query.Form)}{FileCompressions.ExtensionOf(_query.Compression)}",
            FileCompressions.MediaTypeOf(_query.Compression, CaptureDownload.MediaTypeOf(_query.Form)));
        if (HttpMethods.IsHead(httpContext.Request.Method))
            return;
        if (_query.Compression == FileCompression.None)
        {
            await SendAsync(response.Body, httpContext.RequestAborted);
            return;
        }

        await using var compressed = FileCompressions.Over(response.Body, _query.Compression);
        await SendAsync(compressed, httpContext.RequestAborted);
    }

    private async Task SendAsync(Stream body, CancellationToken cancellation)
    {
        await body.WriteAsync(_piece.WrittenMemory, cancellation);
        while (_hasMore)
        {
            _piece.ResetWrittenCount();
            _hasMore = await ReadAsync(cancellation);
            await body.WriteAsync(_piece.WrittenMemory, cancellation);
        }
    }

    /// <summary>Makes the next piece. Where others read it waits for them.</summary>
    private async Task<bool> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await _reading.Files.RunAsync(() => _part.Read(_piece), cancellation);
            }
            catch (ReadersBusyException)
            {
                await Task.Delay(_pause, cancellation);
            }
        }
    }
}
