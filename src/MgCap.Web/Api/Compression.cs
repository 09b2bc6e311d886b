using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;

namespace MgCap.Web.Api;

/// <summary>
/// Compresses answers of the API in JSON and text; downloads and the live hub are sent as they are. An answer that holds a secret beside
/// something that another site chose could be guessed by its compressed length (BREACH). Answers here hold no secret but a token, once, which its maker has named; and where a
/// browser says that another site made it ask (Sec-Fetch-Site), nothing is compressed.
/// </summary>
public static class Compression
{
    private static readonly string[] _mediaTypes = ["application/json", "application/problem+json", "text/plain", "text/html", "text/css", "text/javascript", "application/javascript"];

    /// <summary>Adds what compresses.</summary>
    public static void AddCompression(this IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = _mediaTypes;
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Optimal);
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Optimal);
    }

    /// <summary>Compresses what comes after it.</summary>
    public static void UseCompression(this WebApplication app) => app.UseWhen(IsCompressed, branch => branch.UseResponseCompression());

    private static bool IsCompressed(HttpContext context)
    {
        var (path, from) = (context.Request.Path, context.Request.Headers["Sec-Fetch-Site"].ToString());
        return (path.StartsWithSegments("/api") || path.StartsWithSegments("/swagger") || path.StartsWithSegments("/metrics")) && from is "" or "same-origin" or "none";
    }
}
