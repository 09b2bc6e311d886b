using MgCap.Capture;
using MgCap.Web.Captures;
using MgCap.Web.Catalogue;
using MgCap.Web.History;
using MgCap.Web.Interfaces;
using Microsoft.AspNetCore.SignalR;

namespace MgCap.Web.Live;

/// <summary>Tells every connected client about captures that changed.</summary>
public sealed class LiveNotifier(IHubContext<LiveHub, ILiveClient> hub) : ICaptureObserver
{
    /// <inheritdoc/>
    public Task CaptureChangedAsync(CaptureRecord capture) => hub.Clients.All.captureChanged(capture);

    /// <inheritdoc/>
    public Task CaptureDeletedAsync(Guid id) => hub.Clients.All.captureDeleted(id);

    /// <inheritdoc/>
    public Task EventAddedAsync(Guid captureId, CaptureEvent added) => hub.Clients.All.eventAdded(captureId, added);

    /// <summary>What a running capture has counted.</summary>
    public Task SampleAsync(LiveSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        return hub.Clients.Group(LiveHub.Watchers(sample.CaptureId)).sample(sample);
    }

    /// <summary>What passes every interface.</summary>
    public Task InterfaceRatesAsync(InterfaceRates rates) => hub.Clients.Group(LiveHub.InterfaceWatchersGroup).interfaceRates(rates);
}
