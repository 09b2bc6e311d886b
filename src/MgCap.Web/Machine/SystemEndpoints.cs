using MgCap.Capture.Engines;
using MgCap.Capture.Sensors;
using MgCap.Linux.Sandbox;
using MgCap.Web.Configuration;
using MgCap.Web.Helpers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Machine;

/// <summary>The machine and what MgCap can do on it.</summary>
/// <param name="Version">MgCap's version.</param>
/// <param name="Kernel">The kernel's release.</param>
/// <param name="Architecture">The processor's.</param>
/// <param name="Engines">The engines, fastest first.</param>
/// <param name="FreeBytes">Bytes free where captures are written.</param>
/// <param name="MinFreeBytes">Bytes that captures leave free.</param>
/// <param name="Clock">The clock that makes the time stamps.</param>
/// <param name="Sandbox">What confines the programs that dissect packets, and why a part of it does not hold here.</param>
public sealed record SystemInfo(
    string Version, string Kernel, string Architecture, IReadOnlyList<EngineInfo> Engines, long FreeBytes, long MinFreeBytes, ClockInfo Clock,
    IReadOnlyList<SandboxMeasure> Sandbox);

/// <summary>/api/system</summary>
public static class SystemEndpoints
{
    /// <summary>Adds the route.</summary>
    public static void MapSystem(this IEndpointRouteBuilder api) => api
        .MapGet("/system", Get)
        .WithTags("System")
        .WithSummary("Version, kernel, engines, free space, clock, and what confines helpers");

    private static Ok<SystemInfo> Get(ISensor sensor, DataFolder data)
    {
        var (version, kernel, architecture, engines, clock) = sensor.Describe();
        return TypedResults.Ok(new SystemInfo(version, kernel, architecture, engines, data.FreeBytes, data.MinFreeBytes, clock, HelperSandbox.Measures));
    }
}
