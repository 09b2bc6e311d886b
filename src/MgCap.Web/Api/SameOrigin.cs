using Microsoft.Net.Http.Headers;

namespace MgCap.Web.Api;

/// <summary>
/// Refuses what another site's page asks a browser to send here: everything that changes something, and the live hub.
/// Programs such as curl send none of the headers looked at, and pass.
/// </summary>
public static class SameOrigin
{
    /// <summary>Puts the check before what follows.</summary>
    public static void UseSameOrigin(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (Matters(context.Request) && IsForeign(context.Request))
            await Problem.Of(ProblemCode.CrossOrigin, "Use the console from its own address.").ExecuteAsync(context);
        else
            await next(context);
    });

    private static bool Matters(HttpRequest request) =>
        !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) || request.Path.StartsWithSegments("/hubs");

    private static bool IsForeign(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is "cross-site" or "same-site")
            return true;
        var origin = request.Headers[HeaderNames.Origin].ToString();
        return origin != "" && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == request.Host.Value);
    }
}
