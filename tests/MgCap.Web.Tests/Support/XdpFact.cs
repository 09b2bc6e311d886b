using MgCap.Capture;
using MgCap.Capture.Engines;

namespace MgCap.Web.Tests.Support;

/// <summary>A test of the engine xdp: it is skipped, and says so, where the machine has none.</summary>
public sealed class XdpFactAttribute : FactAttribute
{
    public XdpFactAttribute()
    {
        Skip = Environment.IsPrivilegedProcess
            ? new CaptureEngines().Status().Single(status => status.Kind == CaptureEngineKind.Xdp).Reason
            : RootFactAttribute.Reason;
    }
}
