using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace MgCap.Web.Dashboard;

/// <summary>A file as it is served, compressed once, when it is first asked for.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="MediaType">What it is.</param>
/// <param name="IsFixed">Whether another content would have another address.</param>
/// <param name="IsPage">Whether it is a page.</param>
internal sealed record DashboardAsset(byte[] Content, string MediaType, bool IsFixed, bool IsPage = false)
{
    // From 10 on it takes ten times as long for a few percent. A window of 64 KiB is longer than nearly all files; from 128 KiB on the
    // encoder takes 32 MiB of tables for each file, and a hundred times as long.
    private const int BrotliQuality = 9;
    private const int BrotliWindow = 16;

    private readonly Lazy<byte[]> _brotli = new(() => Brotli(Content));
    private readonly Lazy<byte[]> _gzip = new(() => Gzip(Content));
    private readonly Lazy<string> _tag = new(() => Convert.ToHexStringLower(SHA256.HashData(Content).AsSpan(0, 12)));

    /// <summary>Answers a request for it: compressed as the client takes it, and not again where the client has it.</summary>
    internal Task AnswerAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        var encoding = EncodingFor(context.Request);
        var content = encoding switch { "br" => _brotli.Value, "gzip" => _gzip.Value, _ => Content };
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.CacheControl = IsFixed ? "public, max-age=31536000, immutable" : "no-cache";
        if (encoding is not null)
            headers.ContentEncoding = encoding;
        // Bytes that differ need tags that differ. What is kept for ever is never asked for again, and needs none.
        var tag = IsFixed ? null : new EntityTagHeaderValue($"\"{_tag.Value}{(encoding is null ? "" : "-" + encoding)}\"");
        return Results.Bytes(content, MediaType, entityTag: tag).ExecuteAsync(context);
    }

    private static string? EncodingFor(HttpRequest request)
    {
        var taken = request.GetTypedHeaders().AcceptEncoding;
        return Array.Find(["br", "gzip"], encoding => taken.Any(each => each.Quality is not 0 && each.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase)));
    }

    private static byte[] Brotli(byte[] content)
    {
        var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(content.Length)];
        return BrotliEncoder.TryCompress(content, compressed, out var length, BrotliQuality, BrotliWindow)
            ? compressed[..length]
            : throw new InvalidOperationException("Brotli needs more room than it says");
    }

    private static byte[] Gzip(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(content);
        return compressed.ToArray();
    }
}
