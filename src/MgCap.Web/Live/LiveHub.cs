using MgCap.Web.Captures;
using Microsoft.AspNetCore.SignalR;

namespace MgCap.Web.Live;

/// <summary>The live hub, /hubs/live: everyone hears of changes; who watches a capture gets its samples.</summary>
public sealed class LiveHub(CaptureService captures) : Hub<ILiveClient>
{
    /// <summary>The group of a capture's watchers.</summary>
    public static string Watchers(Guid id) => $"capture {id}";

    /// <summary>Begins to send the caller a capture's samples.</summary>
    /// <exception cref="HubException">capture_not_found</exception>
    public async Task WatchCapture(string id)
    {
        if (!Guid.TryParse(id, out var guid) || await captures.FindAsync(guid) is null)
            throw new HubException("capture_not_found");
        await Groups.AddToGroupAsync(Context.ConnectionId, Watchers(guid));
    }

    /// <summary>Ends that. A capture that was not watched is no mistake.</summary>
    public Task UnwatchCapture(string id) =>
        Guid.TryParse(id, out var guid) ? Groups.RemoveFromGroupAsync(Context.ConnectionId, Watchers(guid)) : Task.CompletedTask;
}
