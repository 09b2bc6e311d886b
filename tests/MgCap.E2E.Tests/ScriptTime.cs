using Microsoft.Playwright;

namespace MgCap.E2E.Tests;

/// <summary>How long a page's scripts have run, by Chromium's own account.</summary>
internal static class ScriptTime
{
    /// <summary>Seconds since the page was opened, or since its session was told <c>Performance.enable</c>.</summary>
    public static async Task<double> ScriptSecondsAsync(this ICDPSession session)
    {
        var answer = await session.SendAsync("Performance.getMetrics");
        return answer!.Value.GetProperty("metrics").EnumerateArray()
            .Single(metric => metric.GetProperty("name").GetString() == "ScriptDuration").GetProperty("value").GetDouble();
    }
}
