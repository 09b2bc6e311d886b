using MgCap.Web.Catalogue;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace MgCap.Web.Health;

/// <summary>The answer of a check.</summary>
/// <param name="Status">ok, or what is wrong.</param>
public sealed record HealthInfo(string Status);

/// <summary>/healthz and /readyz</summary>
public static class HealthEndpoints
{
    private const string Good = "ok";

    /// <summary>Adds the routes.</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", () => TypedResults.Ok(new HealthInfo(Good))).AllowAnonymous().WithTags("Health").WithSummary("The process answers");
        app.MapGet("/readyz", ReadyAsync).AllowAnonymous().WithTags("Health").WithSummary("The catalogue answers");
    }

    private static async Task<Results<Ok<HealthInfo>, JsonHttpResult<HealthInfo>>> ReadyAsync(IDbContextFactory<CatalogueContext> contexts)
    {
        await using var context = await contexts.CreateDbContextAsync();
        return await context.Database.CanConnectAsync()
            ? TypedResults.Ok(new HealthInfo(Good))
            : TypedResults.Json(new HealthInfo("the catalogue does not answer"), statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
