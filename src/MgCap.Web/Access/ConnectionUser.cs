using System.Net.Sockets;
using MgCap.Linux;
using MgCap.Linux.Netlink;
using Microsoft.AspNetCore.Connections.Features;

namespace MgCap.Web.Access;

/// <summary>Finds who is at the other end of a connection within this machine; the answer is the same for all its requests.</summary>
public sealed partial class ConnectionUser(LocalUsers users, ILogger<ConnectionUser> log)
{
    private static readonly object _key = new();

    private static readonly object _forwardedKey = new();

    // What proxies add.
    private static readonly string[] _forwarding = ["Forwarded", "Via", "X-Forwarded-", "X-Real-IP"];

    /// <summary>Notes which requests came by a proxy, whose user is not its clients'. What takes such headers off comes after it.</summary>
    public static void UseForwardingNote(IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Headers.Keys.Any(name => _forwarding.Any(start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase))))
            context.Items[_forwardedKey] = true;
        return next(context);
    });

    /// <summary>Who made a request; null where that can't be known, or it is nobody who is let in.</summary>
    public Caller? Find(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Items.ContainsKey(_forwardedKey))
            return null;
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket || context.Features.Get<IConnectionItemsFeature>()?.Items is not { } items)
            return null;
        // Requests of one connection may come at once; who asks twice gets the same answer.
        lock (items)
        {
            if (!items.TryGetValue(_key, out var known))
                items[_key] = known = Find(socket);
            return (Caller?)known;
        }
    }

    private Caller? Find(Socket socket)
    {
        try
        {
            return SocketOwner.Of(socket) is { } id ? users.Find(id) : null;
        }
        catch (LinuxException exception)
        {
            LogUnknown(exception.Message);
            return null;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Who asked has gone.
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Who made a connection is not known, and nobody is let in by it: {Reason}")]
    private partial void LogUnknown(string reason);
}
