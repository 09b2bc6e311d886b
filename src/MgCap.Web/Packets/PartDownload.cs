using System.Buffers;
using MgCap.Capture;
using MgCap.Capture.Storage;
using MgCap.Web.Api;
using MgCap.Web.Captures;
using MgCap.Web.Dissection;

namespace MgCap.Web.Packets;

/// <summary>A part of a capture's file, sent as it is made: in pieces, each read on a reading thread, none while the client is slow.</summary>
internal sealed class PartDownload : IResult
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    private readonly ReadableCapture _capture;
    private readonly CapturePart _part;
    private readonly CaptureReading _reading;

    private PartDownload(ReadableCapture capture, CapturePart part, CaptureReading reading)
    {
        _capture = capture;
        _part = part;
        _reading = reading;
    }

    /// <summary>Opens a part, or says what is wrong with it before anything is sent.</summary>
    internal static async Task<IResult> OpenAsync(string id, PartQuery query, CaptureReading reading, CancellationToken cancellation)
    {
        if (await reading.FindAsync(id) is not { } capture)
            return PacketEndpoints.NoCapture();
        try
        {
            var part = await reading.Files.RunAsync(() => new CapturePart(reading.IndexOf(capture), query.From, query.To, query.Filter), cancellation);
            return new PartDownload(capture, part, reading);
        }
        catch (CaptureRefusedException refusal)
        {
            return Problem.Of(ProblemCode.Of(refusal), refusal.Message);
        }
        catch (ReadersBusyException)
        {
            return PacketEndpoints.Busy();
        }
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var part = _part;
        var response = httpContext.Response;
        response.ContentType = CaptureDownload.MediaType;
        response.Headers.ContentDisposition = $"attachment; filename=\"{Path.GetFileNameWithoutExtension(_capture.Path)}-part.pcapng\"";
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
