using MgCap.Capture;
using MgCap.Capture.Engines;

namespace MgCap.Cli.Tests.Support;

/// <summary>A test of the engine xdp; where the machine has none it is skipped, and says so.</summary>
public sealed class XdpFactAttribute : FactAttribute
{
    public XdpFactAttribute() =>
        Skip = Root.SkipReason ?? new CaptureEngines().Status().Single(status => status.Kind == CaptureEngineKind.Xdp).Reason;
}
