using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Web.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Filters;

/// <summary>A filter to check.</summary>
/// <param name="Filter">pcap-filter(7) text of at most 65536 bytes; empty lets everything pass. Hosts and networks by address, unless MgCap:Filters:ResolveNames is set.</param>
/// <param name="LinkType">The link type it is for, as an interface has it (linkType): EN10MB (the default), RAW, LINUX_SLL and others.</param>
public sealed record FilterRequest(string? Filter = null, string? LinkType = null);

/// <summary>/api/filters</summary>
public static class FilterEndpoints
{
    /// <summary>Adds the routes.</summary>
    public static void MapFilters(this IEndpointRouteBuilder api) => api
        .MapPost("/filters/validate", ValidateAsync)
        .WithTags("Filters")
        .WithSummary("Checks a capture filter, see pcap-filter(7)")
        .AcceptsJson<FilterRequest>("""{ "filter": "tcp port 443", "linkType": "EN10MB" }""")
        .ProducesProblems(ProblemCode.InvalidRequest, ProblemCode.BodyTooLarge, ProblemCode.NotJson);

    private static async Task<Results<Ok<FilterCheck>, ProblemHttpResult>> ValidateAsync(HttpRequest request, IFilterCompiler filters)
    {
        var (body, problem) = await JsonBody.ReadAsync<FilterRequest>(request);
        if (body is null)
            return problem!;
        if (body.Filter is null)
            return Problem.InvalidField("filter", "must be given");
        var linkType = LinkType.All.FirstOrDefault(type => type.Name == (body.LinkType ?? LinkType.Ethernet.Name));
        if (linkType is null)
            return Problem.InvalidField("linkType", $"must be one of {string.Join(", ", LinkType.All.Select(type => type.Name))}");
        return TypedResults.Ok(await CaptureFilter.CheckAsync(body.Filter, linkType, filters, request.HttpContext.RequestAborted));
    }
}
