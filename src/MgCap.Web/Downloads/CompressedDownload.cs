using MgCap.Capture.Storage;

namespace MgCap.Web.Downloads;

/// <summary>All of a capture, compressed while it is sent. It has no length before it is made, and so no ranges.</summary>
/// <param name="files">The capture's files.</param>
/// <param name="compression">How.</param>
internal sealed class CompressedDownload(CaptureFileSet files, FileCompression compression) : IResult
{
    // Opened here: what can't be read is known before anything is sent.
    private readonly CaptureFileStream _content = files.Open();

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var content = _content;
        var response = httpContext.Response;
        CaptureDownload.Announce(response, $"{Path.GetFileName(files.Name)}{FileCompressions.ExtensionOf(compression)}", FileCompressions.MediaTypeOf(compression, CaptureDownload.MediaType));
        if (HttpMethods.IsHead(httpContext.Request.Method))
            return;
        await using var compressed = FileCompressions.Over(response.Body, compression);
        await content.CopyToAsync(compressed, httpContext.RequestAborted);
    }
}
