using System.Buffers;
using MgCap.Capture.Filtering;
using MgCap.Capture.Live;
using MgCap.Web.Api;
using MgCap.Web.Captures;
using MgCap.Web.Catalogue;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace MgCap.Web.Downloads;

/// <summary>/api/captures/{id}/live: what is captured from now on, until the capture or the client ends.</summary>
public sealed class LiveDownload : IResult
{
    // A client that does not read must not keep the console from ending.
    private static readonly TimeSpan _lastWords = TimeSpan.FromSeconds(2);

    private readonly LiveStream _stream;
    private readonly string _mediaType;
    private readonly CancellationToken _stopping;

    private LiveDownload(LiveStream stream, string mediaType, CancellationToken stopping) => (_stream, _mediaType, _stopping) = (stream, mediaType, stopping);

    /// <summary>Adds the route.</summary>
    internal static void Map(IEndpointRouteBuilder captures) => captures.MapGet("/{id}/live", OpenAsync)
        .WithSummary("What a running capture captures from now on, as an endless stream: curl -sN …/live | wireshark -k -i -")
        .WithDescription(
            "With filter only packets that a pcap-filter(7) finds; with format=pcap in the older format. A client that is too slow misses whole blocks of packets, which are in the "
            + "capture's file: the next packet says how many (epb_dropcount), the stream's statistics have them as not delivered, and the capture counts them in statistics.dropped.live.")
        .Produces<Stream>(StatusCodes.Status200OK, CaptureDownload.MediaType, CaptureDownload.PcapMediaType)
        .WithMetadata(new DocumentedProblems([ProblemCode.InvalidRequest, ProblemCode.CaptureNotFound, ProblemCode.CaptureNotRunning, ProblemCode.FilterInvalid, ProblemCode.FilterTooSlow]));

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        using var stream = _stream;
        var response = httpContext.Response;
        response.ContentType = _mediaType;
        response.Headers.CacheControl = "no-store";
        // For proxies: nothing is to be kept back until there is more of it.
        response.Headers["X-Accel-Buffering"] = "no";
        // A silent capture sends nothing, and a slow client is told what it missed.
        if (httpContext.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted);
        await using var stopping = _stopping.Register(() => end.CancelAfter(_lastWords));
        try
        {
            await SendAsync(response.Body, end.Token);
        }
        catch (OperationCanceledException) when (!httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Abort();
        }
    }

    private async Task SendAsync(Stream body, CancellationToken cancellation)
    {
        var piece = new ArrayBufferWriter<byte>();
        while (await _stream.ReadAsync(piece, cancellation))
        {
            await body.WriteAsync(piece.WrittenMemory, cancellation);
            piece.ResetWrittenCount();
        }
    }

    private static async Task<IResult> OpenAsync(CaptureId id, HttpContext context, CaptureService captures, IFilterCompiler filters, IHostApplicationLifetime lifetime, string? filter, string? format)
    {
        var errors = new List<(string, string)>();
        var (form, text) = (PartQuery.ReadForm(format, errors), PartQuery.ReadFilter(filter, errors));
        if (errors.Count > 0)
            return Problem.InvalidFields(errors);
        if (await captures.FindAsync(id.Value) is null)
            return Problem.Of(ProblemCode.CaptureNotFound, "GET /api/captures lists them.");
        if (captures.FindLive(id.Value)?.Open() is not { } reader)
            return Problem.Of(ProblemCode.CaptureNotRunning, $"It has ended; GET /api/captures/{id.Value}/pcapng has all of it.");
        try
        {
            var compiled = text is null ? null : await FileFilter.CompileAsync(text, [LiveStream.LinkTypeOf(reader)], filters, context.RequestAborted);
            return new LiveDownload(new LiveStream(reader, form, compiled), CaptureDownload.MediaTypeOf(form), lifetime.ApplicationStopping);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }
}
