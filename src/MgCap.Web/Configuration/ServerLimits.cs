using MgCap.Web.Api;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MgCap.Web.Configuration;

/// <summary>
/// What a client may send, and how much it may hold. The server's own limits are beyond these, since it refuses without a word
/// of why: what is between the two is answered with a problem.
/// </summary>
public static class ServerLimits
{
    /// <summary>Longest path and query, in bytes: a capture filter of 64 KiB, each of whose bytes may be written in three, and the rest.</summary>
    public const int MaxTargetBytes = 3 * 65_536 + 16 * 1024;

    /// <summary>All header lines together, in bytes.</summary>
    public const int MaxHeaderBytes = 32 * 1024;

    // Beyond these a connection is closed with a bare status.
    private const int ServerTargetBytes = 512 * 1024;
    private const int ServerHeaderBytes = 64 * 1024;
    private const int ServerHeaderCount = 100;
    private const int HeaderLineExtra = 4;

    // A client that reads slower than this for as long is cut off. Somebody may stop a download for some minutes in a browser, and go on:
    // what was sent before counts, and the kernel's buffers hold some of it.
    private const double MinBytesPerSecond = 240;

    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(10);

    /// <summary>Sets the server's limits.</summary>
    public static void Apply(KestrelServerOptions server, LimitsOptions options)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(options);
        server.AddServerHeader = false;
        var limits = server.Limits;
        limits.MaxConcurrentConnections = options.MaxConnections;
        limits.MaxConcurrentUpgradedConnections = options.MaxConnections;
        limits.MaxRequestBodySize = JsonBody.MaxBodyLength;
        limits.MaxRequestLineSize = ServerTargetBytes;
        // With HTTP/2 the path is a header.
        limits.MaxRequestHeadersTotalSize = ServerTargetBytes + ServerHeaderBytes;
        limits.MaxRequestHeaderCount = ServerHeaderCount;
        limits.Http2.MaxRequestHeaderFieldSize = ServerTargetBytes;
        limits.MinResponseDataRate = new MinDataRate(MinBytesPerSecond, _grace);
    }

    /// <summary>Refuses what is beyond the limits, before anything reads it.</summary>
    public static void UseServerLimits(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget.Length ?? 0;
        if (target > MaxTargetBytes)
            await Problem.Of(ProblemCode.TargetTooLong, $"A path and its query may have at most {MaxTargetBytes} bytes; these have {target}.").ExecuteAsync(context);
        else if (context.Request.Headers.Sum(header => header.Value.Sum(value => header.Key.Length + (value?.Length ?? 0) + HeaderLineExtra)) is > MaxHeaderBytes and var headers)
            await Problem.Of(ProblemCode.HeadersTooLarge, $"The headers may have at most {MaxHeaderBytes} bytes together; these have {headers}.").ExecuteAsync(context);
        else
            await next(context);
    });
}
