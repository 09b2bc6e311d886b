using MgCap.Capture.Interfaces;
using MgCap.Capture.Sensors;
using MgCap.Web.Access;
using MgCap.Web.Api;
using MgCap.Web.Catalogue;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Interfaces;

/// <summary>/api/interfaces</summary>
public static class InterfaceEndpoints
{
    /// <summary>Adds the routes.</summary>
    public static void MapInterfaces(this IEndpointRouteBuilder api)
    {
        var interfaces = api.MapGroup("/interfaces").WithTags("Interfaces");
        interfaces.MapGet("", List).WithSummary("Every network interface");
        interfaces.MapGet("/{name}", Get).WithSummary("One network interface").ProducesProblems(ProblemCode.InterfaceNotFound);
        interfaces.MapGet("/{name}/hwtstamp", GetHwtstamp)
            .WithSummary("Its hardware time stamping")
            .WithDescription("Whether the device can stamp every received packet, what is switched on, and what else it can do.")
            .ProducesProblems(ProblemCode.InterfaceNotFound);
        interfaces.MapPut("/{name}/hwtstamp", PutHwtstamp).Takes(Role.Admin)
            .WithSummary("Switches hardware time stamping of received packets on or off")
            .WithDescription(
                "For good, and for every program on this machine: a capture with hwtstamp switches it on by itself, and back when it ends. "
                + "Off is refused with interface_busy while such a capture runs; on then means that it stays on when the capture ends. "
                + "What the device does with sent packets stays as it is.")
            .AcceptsJson<HwtstampRequest>("""{"enabled":true}""")
            .ProducesProblems(
                ProblemCode.InvalidRequest, ProblemCode.NotJson, ProblemCode.InterfaceNotFound, ProblemCode.InterfaceBusy, ProblemCode.HwtstampUnsupported,
                ProblemCode.PermissionDenied);
    }

    private static Ok<IReadOnlyList<InterfaceInfo>> List(ISensor sensor) => TypedResults.Ok(sensor.ListInterfaces());

    private static Results<Ok<InterfaceInfo>, ProblemHttpResult> Get(string name, ISensor sensor) =>
        sensor.FindInterface(name) is { } found ? TypedResults.Ok(found) : NotFound();

    private static Results<Ok<HwtstampInfo>, ProblemHttpResult> GetHwtstamp(string name, ISensor sensor) =>
        sensor.FindInterface(name) is { } found ? TypedResults.Ok(found.Hwtstamp) : NotFound();

    private static async Task<Results<Ok<HwtstampInfo>, ProblemHttpResult>> PutHwtstamp(string name, HttpRequest http, ISensor sensor)
    {
        var (request, problem) = await JsonBody.ReadAsync<HwtstampRequest>(http);
        if (request is null)
            return problem!;
        if (request.Enabled is not { } enabled)
            return Problem.InvalidField("enabled", "must be given: true or false");
        return sensor.SetHwtstamp(name, enabled) is { } set ? TypedResults.Ok(set) : NotFound();
    }

    private static ProblemHttpResult NotFound() => Problem.Of(ProblemCode.InterfaceNotFound, "GET /api/interfaces lists them.");
}

/// <summary>The body that switches an interface's hardware time stamping.</summary>
/// <param name="Enabled">Whether every received packet is stamped, or none.</param>
public sealed record HwtstampRequest(bool? Enabled = null);
