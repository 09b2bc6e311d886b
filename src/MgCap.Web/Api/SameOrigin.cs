using Microsoft.Net.Http.Headers;

namespace MgCap.Web.Api;

/// <summary>
/// Refuses what another site's page asks a browser to send here: everything that does something, and the live hub.
/// Programs such as curl send none of the headers looked at, and pass.
/// </summary>
public static class SameOrigin
{
    // What a GET does something for.
    private static readonly string[] _actingPaths = ["/hubs", "/api/system/disk"];

    private const string Advice = "Use the console from its own address.";

    /// <summary>Puts the check before what follows.</summary>
    public static void UseSameOrigin(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (Matters(context.Request) && ForeignOrigin(context.Request) is { } problem)
            await Problem.Of(ProblemCode.CrossOrigin, problem).ExecuteAsync(context);
        else
            await next(context);
    });

    private static bool Matters(HttpRequest request) =>
        !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) || _actingPaths.Any(path => request.Path.StartsWithSegments(path));

    /// <returns>What is wrong, and what to do; null where the request is from here.</returns>
    private static string? ForeignOrigin(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is "cross-site" or "same-site")
            return Advice;
        var origin = request.Headers[HeaderNames.Origin].ToString();
        if (origin == "")
            return null;
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var from) || !string.Equals(from.Host, request.Host.Host, StringComparison.OrdinalIgnoreCase))
            return Advice;
        if (from.Scheme != request.Scheme)
            return $"{Advice} The page is from {from.Scheme}, and the request came by {request.Scheme}: where a reverse proxy stands between, it has to send X-Forwarded-Proto, and MgCap:Proxies has to name it.";
        // RFC 6454: an origin has a port always, the scheme's own where none is written. A Host header may have it written or not.
        return from.Port == (request.Host.Port ?? DefaultPort(request.Scheme)) ? null : $"{Advice} A reverse proxy has to pass on the Host header with its port.";
    }

    private static int DefaultPort(string scheme) => scheme == Uri.UriSchemeHttps ? 443 : 80;
}
