using MgCap.Capture;
using MgCap.Capture.Engines;
using MgCap.Testing;

namespace MgCap.E2E.Tests;

/// <summary>A test that needs Chromium and a network of its own. Where one is unavailable, it is skipped and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        Skip = BrowserStage.Missing;
    }
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute()
    {
        Skip = BrowserStage.Missing;
    }
}

/// <summary>A test that needs the engine xdp, too.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class XdpBrowserFactAttribute : FactAttribute
{
    public XdpBrowserFactAttribute()
    {
        Skip = BrowserStage.Missing ?? new CaptureEngines().Status().Single(status => status.Name == EngineNames.Xdp).Reason;
    }
}

/// <summary>A test that needs nginx, too.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NginxBrowserFactAttribute : FactAttribute
{
    public NginxBrowserFactAttribute()
    {
        Skip = BrowserStage.Missing ?? NginxProxy.SkipReason;
    }
}
