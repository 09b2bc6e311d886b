namespace MgCap.E2E.Tests;

/// <summary>A test that needs Chromium and a network of its own. Where one can't be had, it is skipped and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        Skip = BrowserStage.Missing;
    }
}
