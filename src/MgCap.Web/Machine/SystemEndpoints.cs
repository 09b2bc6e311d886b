using System.Runtime.InteropServices;
using MgCap.Capture;
using MgCap.Capture.Engines;
using MgCap.Capture.Interfaces;
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

/// <summary>The state of the clock that makes the time stamps (adjtimex(2)).</summary>
/// <param name="Now">What it shows.</param>
/// <param name="Synchronized">Whether something keeps it right.</param>
/// <param name="EstimatedErrorSeconds">How far it may be off, by its keeper's estimate.</param>
/// <param name="TaiOffsetSeconds">TAI minus UTC as the kernel knows it; 0 when nobody told it.</param>
public sealed record ClockInfo(Timestamp Now, bool Synchronized, double EstimatedErrorSeconds, int TaiOffsetSeconds);

/// <summary>/api/system</summary>
public static class SystemEndpoints
{
    /// <summary>Adds the route.</summary>
    public static void MapSystem(this IEndpointRouteBuilder api) => api
        .MapGet("/system", Get)
        .WithTags("System")
        .WithSummary("Version, kernel, engines, free space, clock, and what confines helpers");

    private static Ok<SystemInfo> Get(CaptureEngines engines, DataFolder data, TimeProvider clock)
    {
        var state = MgCap.Linux.KernelClock.Read();
        return TypedResults.Ok(new SystemInfo(
            About.Version,
            About.Kernel,
            RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
            engines.Status(),
            data.FreeBytes,
            data.MinFreeBytes,
            new ClockInfo(Timestamp.Now(clock), state.Synchronized, state.EstimatedError.TotalSeconds, state.TaiOffsetSeconds),
            HelperSandbox.Measures));
    }
}
