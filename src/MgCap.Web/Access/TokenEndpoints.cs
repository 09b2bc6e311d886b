using MgCap.Web.Api;
using MgCap.Web.Catalogue;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Access;

/// <summary>/api/tokens</summary>
public static class TokenEndpoints
{
    /// <summary>Adds the routes.</summary>
    public static void MapTokens(this IEndpointRouteBuilder api)
    {
        var tokens = api.MapGroup("/tokens").WithTags("Access").Takes(Role.Admin);
        tokens.MapGet("", ListAsync).WithSummary("Every token, oldest first; not what is secret of it");
        tokens.MapPost("", AddAsync).WithSummary("Makes a token; the answer shows it this once")
            .AcceptsJson<TokenRequest>("""{ "name": "nightly job", "role": "operator", "days": 90 }""")
            .ProducesProblems(ProblemCode.InvalidRequest, ProblemCode.TokenExists, ProblemCode.BodyTooLarge, ProblemCode.NotJson);
        tokens.MapDelete("/{id}", RevokeAsync).WithSummary("Ends a token, the sessions that were begun with it, and what is going on with it").ProducesProblems(ProblemCode.TokenNotFound);
    }

    private static async Task<Ok<TokenList>> ListAsync(TokenService tokens) => TypedResults.Ok(new TokenList(await tokens.ListAsync()));

    private static async Task<Results<Created<NewToken>, ProblemHttpResult>> AddAsync(HttpRequest request, TokenService tokens)
    {
        var (body, problem) = await JsonBody.ReadAsync<TokenRequest>(request);
        if (body is null)
            return problem!;
        var errors = body.Problems().ToArray();
        if (errors.Length > 0)
            return Problem.InvalidFields(errors);
        var made = await tokens.AddAsync(body, Caller.Of(request.HttpContext));
        return TypedResults.Created($"{request.PathBase.ToUriComponent()}/api/tokens/{made.Info.Id}", made);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(CaptureId id, HttpContext context, TokenService tokens)
    {
        if (!await tokens.RevokeAsync(id.Value, Caller.Of(context)))
            return Problem.Of(ProblemCode.TokenNotFound, "GET /api/tokens lists them.");
        // Behind the answer, which may go to who has it.
        context.Response.OnCompleted(() => tokens.EndAsync(id.Value));
        return TypedResults.NoContent();
    }
}
