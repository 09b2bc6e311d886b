using MgCap.Web.Captures;
using MgCap.Web.Catalogue;
using MgCap.Web.Interfaces;
using Microsoft.AspNetCore.SignalR;

namespace MgCap.Web.Live;

/// <summary>The live hub, /hubs/live: everyone hears of changes; who watches a capture gets its samples, who watches the interfaces their rates.</summary>
public sealed class LiveHub(CaptureService captures, InterfaceWatchers interfaces) : Hub<ILiveClient>
{
    /// <summary>The group of those who watch the interfaces.</summary>
    public const string InterfaceWatchersGroup = "interfaces";

    /// <summary>The group of a capture's watchers.</summary>
    public static string Watchers(Guid id) => $"capture {id}";

    /// <summary>Begins to send the caller a capture's samples.</summary>
    /// <exception cref="HubException">capture_not_found</exception>
    public async Task WatchCapture(string id)
    {
        var guid = CaptureId.Parse(id).Value;
        if (await captures.FindAsync(guid) is null)
            throw new HubException("capture_not_found");
        await Groups.AddToGroupAsync(Context.ConnectionId, Watchers(guid));
    }

    /// <summary>Ends that. A capture that was not watched is no mistake.</summary>
    public Task UnwatchCapture(string id) =>
        Groups.RemoveFromGroupAsync(Context.ConnectionId, Watchers(CaptureId.Parse(id).Value));

    /// <summary>Begins to send the caller what passes every interface, once a second.</summary>
    public async Task WatchInterfaces()
    {
        await Groups.AddToGroupAsync(Context.ConnectionId, InterfaceWatchersGroup);
        interfaces.Add(Context.ConnectionId);
    }

    /// <summary>Ends that.</summary>
    public async Task UnwatchInterfaces()
    {
        interfaces.Remove(Context.ConnectionId);
        await Groups.RemoveFromGroupAsync(Context.ConnectionId, InterfaceWatchersGroup);
    }

    /// <inheritdoc/>
    public override Task OnDisconnectedAsync(Exception? exception)
    {
        interfaces.Remove(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }
}
