using MgCap.Capture.Engines;
using MgCap.Capture.Interfaces;
using MgCap.Web.Api;
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
        interfaces.MapGet("/{name}", Get).WithSummary("One network interface").Fails(ProblemCode.InterfaceNotFound);
    }

    private static Ok<InterfaceInfo[]> List(CaptureEngines engines) =>
        TypedResults.Ok(CaptureInterfaces.List().Select(each => InterfaceInfo.Of(each, engines)).ToArray());

    private static Results<Ok<InterfaceInfo>, ProblemHttpResult> Get(string name, CaptureEngines engines) =>
        CaptureInterfaces.Find(name) is { } found
            ? TypedResults.Ok(InterfaceInfo.Of(found, engines))
            : Problem.Of(ProblemCode.InterfaceNotFound, "GET /api/interfaces lists them.");
}
