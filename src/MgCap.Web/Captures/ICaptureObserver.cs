using MgCap.Capture;
using MgCap.Web.Catalogue;

namespace MgCap.Web.Captures;

/// <summary>Hears of captures that change. Nobody waits for it.</summary>
public interface ICaptureObserver
{
    /// <summary>A capture started, changed or ended.</summary>
    Task CaptureChangedAsync(CaptureRecord capture);

    /// <summary>A capture was removed.</summary>
    Task CaptureDeletedAsync(Guid id);

    /// <summary>Something happened to a running capture.</summary>
    Task EventAddedAsync(Guid captureId, CaptureEvent added);
}
