using System.Net;
using System.Net.Sockets;
using MgCap.Linux;
using MgCap.Linux.Netlink;
using Microsoft.AspNetCore.Connections.Features;

namespace MgCap.Web.Access;

/// <summary>Finds who is at the other end of a connection within this machine; which user that is stays the same for all its requests.</summary>
public sealed partial class ConnectionUser(LocalUsers users, ILogger<ConnectionUser> log)
{
    private static readonly object _key = new();

    private static readonly object _forwardedKey = new();

    // What proxies add.
    private static readonly string[] _forwarding = ["Forwarded", "Via", "X-Forwarded-", "X-Original-", "X-Real-IP"];

    /// <summary>Notes which connections are a proxy's, whose user is not its clients'. What takes such headers off comes after it.</summary>
    public static void UseForwardingNote(IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Features.Get<IConnectionItemsFeature>()?.Items is { } items
            && context.Request.Headers.Keys.Any(name => _forwarding.Any(start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase))))
        {
            lock (items)
                items[_forwardedKey] = true;
        }

        return next(context);
    });

    /// <summary>Who made a request; null where that can't be known, or it is nobody who is let in.</summary>
    public Caller? Find(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket || context.Features.Get<IConnectionItemsFeature>()?.Items is not { } items)
            return null;
        // A page of elsewhere whose name leads here (DNS rebinding) is not the user's own.
        if (socket.AddressFamily != AddressFamily.Unix && !IsLoopback(context.Request.Host.Host))
            return null;
        uint? id;
        // Requests of one connection may come at once.
        lock (items)
        {
            if (items.ContainsKey(_forwardedKey))
                return null;
            id = items.TryGetValue(_key, out var known) ? (uint?)known : FindUser(socket);
            if (id is not null)
                items[_key] = id;
        }

        return id is { } user ? users.Find(user) : null;
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private uint? FindUser(Socket socket)
    {
        try
        {
            return SocketOwner.Of(socket);
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
