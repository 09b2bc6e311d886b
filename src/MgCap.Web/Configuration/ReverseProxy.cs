using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace MgCap.Web.Configuration;

/// <summary>
/// A reverse proxy in front of the console: it sends by which scheme, from which address and below which path its clients come
/// (X-Forwarded-Proto, -For and -Prefix). That counts only where the proxy is one of those in <c>MgCap:Proxies</c>, or comes by a Unix
/// socket. The host name is that of the Host header, which the proxy passes on, and AllowedHosts has the last word on it.
/// </summary>
internal static partial class ReverseProxy
{
    internal const string Allowed = "addresses and networks of reverse proxies, like 127.0.0.1;10.1.0.0/16";

    /// <summary>Whether a text names proxies.</summary>
    internal static bool IsValid(string text) => Names(text).All(name => IPAddress.TryParse(name, out _) || IPNetwork.TryParse(name, out _));

    /// <summary>Takes what known proxies send; links and the API's document have the path that clients see.</summary>
    internal static void UseReverseProxy(this IApplicationBuilder app, string proxies)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedPrefix };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var name in Names(proxies))
        {
            if (IPAddress.TryParse(name, out var address))
                options.KnownProxies.Add(address);
            else
                options.KnownIPNetworks.Add(IPNetwork.Parse(name));
        }

        // Where both lists are empty, the middleware takes the headers from everyone.
        if (options.KnownProxies.Count + options.KnownIPNetworks.Count == 0)
            return;
        app.UseForwardedHeaders(options);
        app.Use((context, next) =>
        {
            // It becomes a part of links.
            if (context.Request.PathBase.HasValue && !Prefix().IsMatch(context.Request.PathBase.Value!))
                context.Request.PathBase = PathString.Empty;
            return next(context);
        });
    }

    private static string[] Names(string text) => text.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    [GeneratedRegex(@"\A(/[A-Za-z0-9][A-Za-z0-9._~-]*)+\z")]
    private static partial Regex Prefix();
}
