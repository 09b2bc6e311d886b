using Microsoft.Net.Http.Headers;

namespace MgCap.Web.Api;

/// <summary>
/// Headers of every answer, refusals and faults among them, added when it starts: a page loads only what comes from here, nobody frames it,
/// and nothing is kept by a browser or a proxy unless what made the answer says so: it may hold packets.
/// </summary>
public static class ResponseHeaders
{
    private const string Policy =
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    // Swagger UI writes styles into its page, and its pictures are data.
    private const string SwaggerPolicy = Policy + "; style-src 'self' 'unsafe-inline'";

    /// <summary>Adds them to what follows.</summary>
    public static void UseResponseHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            Add(context);
            return Task.CompletedTask;
        });
        return next(context);
    });

    private static void Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (headers.CacheControl.Count == 0)
            headers.CacheControl = "no-store";
        // A script or a style sheet is bound by the policy of the page that loads it: fifty times these headers are a tenth of what a page costs.
        if (CacheControlHeaderValue.TryParse(headers.CacheControl.ToString(), out var caching) && caching.Extensions.Any(extension => extension.Name == "immutable"))
            return;
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/swagger") ? SwaggerPolicy : Policy;
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }
}
