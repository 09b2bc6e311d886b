using MgCap.Capture;
using MgCap.Web.Catalogue;
using MgCap.Web.History;
using MgCap.Web.Interfaces;

namespace MgCap.Web.Live;

/// <summary>What the server calls; the methods have the names that go over the wire.</summary>
public interface ILiveClient
{
    /// <summary>A capture started, changed or ended.</summary>
    Task captureChanged(CaptureRecord capture);

    /// <summary>A capture was removed.</summary>
    Task captureDeleted(Guid id);

    /// <summary>Something happened to a running capture, as that its interface went down.</summary>
    Task eventAdded(Guid captureId, CaptureEvent added);

    /// <summary>What a watched capture has counted.</summary>
    Task sample(LiveSample sample);

    /// <summary>What passes every interface, once a second, for those who watch it.</summary>
    Task interfaceRates(InterfaceRates rates);
}
