using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Web.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Filters;

/// <summary>A filter to check.</summary>
/// <param name="Filter">pcap-filter(7) text; empty lets everything pass.</param>
/// <param name="LinkType">The link type it is for: EN10MB (the default), RAW or LINUX_SLL.</param>
public sealed record FilterRequest(string? Filter = null, string? LinkType = null);

/// <summary>/api/filters</summary>
public static class FilterEndpoints
{
    /// <summary>Adds the routes.</summary>
    public static void MapFilters(this IEndpointRouteBuilder api) => api
        .MapPost("/filters/validate", ValidateAsync)
        .WithTags("Filters")
        .WithSummary("Checks a capture filter, see pcap-filter(7)")
        .Takes<FilterRequest>("""{ "filter": "tcp port 443", "linkType": "EN10MB" }""")
        .Fails(ProblemCode.InvalidRequest, ProblemCode.BodyTooLarge, ProblemCode.NotJson);

    private static async Task<Results<Ok<FilterCheck>, ProblemHttpResult>> ValidateAsync(HttpRequest request)
    {
        var (body, problem) = await JsonBody.ReadAsync<FilterRequest>(request);
        if (body is null)
            return problem!;
        if (body.Filter is null)
            return Problem.InvalidField("filter", "must be given");
        var linkType = LinkType.All.FirstOrDefault(type => type.Name == (body.LinkType ?? LinkType.Ethernet.Name));
        if (linkType is null)
            return Problem.InvalidField("linkType", $"must be one of {string.Join(", ", LinkType.All.Select(type => type.Name))}");
        return TypedResults.Ok(CaptureFilter.Check(body.Filter, linkType));
    }
}
