using MgCap.Web.Api;
using MgCap.Web.Catalogue;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Access;

/// <summary>Who is asking.</summary>
/// <param name="Name">The user's name, or <c>token</c> and the token's.</param>
/// <param name="Role">What they may do.</param>
/// <param name="Via">How they are known.</param>
public sealed record CallerInfo(string Name, Role Role, SignInWay Via);

/// <summary>The body that signs a browser in; one of these.</summary>
/// <param name="Token">A token.</param>
/// <param name="Code">The code of a link that <c>mgcap open</c> prints.</param>
public sealed record SessionRequest(string? Token = null, string? Code = null);

/// <summary>/api/me and /api/session</summary>
public static class SessionEndpoints
{
    /// <summary>Adds the routes.</summary>
    public static void MapSession(this IEndpointRouteBuilder api)
    {
        api.MapGet("/me", GetCaller).WithTags("Access").WithSummary("Who is asking, and what they may do");
        var session = api.MapGroup("/session").WithTags("Access");
        session.MapPost("", BeginAsync).AllowAnonymous().WithSummary("Signs a browser in by a cookie, for a token or a link's code")
            .AcceptsJson<SessionRequest>("""{ "token": "mgcap_0123456789ab_…" }""")
            .ProducesProblems(ProblemCode.InvalidRequest, ProblemCode.Unauthorized, ProblemCode.TooManyTries, ProblemCode.BodyTooLarge, ProblemCode.NotJson);
        session.MapDelete("", EndAsync).AllowAnonymous().WithSummary("Signs the browser out");
        session.MapPost("/link", CreateLink).WithSummary("Makes a code that signs a browser in as who asks, once and within two minutes");
    }

    private static Ok<CallerInfo> GetCaller(HttpContext context) => TypedResults.Ok(Describe(Caller.Of(context)));

    private static async Task<Results<Ok<CallerInfo>, ProblemHttpResult, EmptyHttpResult>> BeginAsync(HttpRequest request, TokenService tokens, SignInLinks links, FailedTries failed)
    {
        var context = request.HttpContext;
        var (body, problem) = await JsonBody.ReadAsync<SessionRequest>(request);
        if (body is null)
            return problem!;
        if (body.Token is null == body.Code is null)
            return Problem.InvalidField("token", "must be given, or code must be; one of the two");
        if ((body.Token is { } token ? await tokens.FindAsync(token.Trim()) : links.Take(body.Code!)) is not { } caller)
        {
            if (failed.Add(context))
            {
                await SignInHandler.TooManyTries(context);
                return TypedResults.Empty;
            }

            return Problem.Of(
                ProblemCode.Unauthorized,
                body.Token is not null ? "The token is none of this console's, or it has ended." : "The link was used before, or is older than two minutes. 'mgcap open' prints another.");
        }

        caller = caller with { Via = SignInWay.Session };
        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, caller.ToPrincipal());
        return TypedResults.Ok(Describe(caller));
    }

    private static async Task<NoContent> EndAsync(HttpRequest request)
    {
        await request.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return TypedResults.NoContent();
    }

    private static Results<Ok<SignInLink>, ProblemHttpResult> CreateLink(HttpContext context, SignInLinks links) => Caller.Of(context) is { Via: not SignInWay.Nothing } caller
        ? TypedResults.Ok(links.Create(caller))
        : Problem.Of(ProblemCode.Forbidden, "Nobody is signed in: MgCap:Security:AllowInsecure lets in everyone, without a link.");

    private static CallerInfo Describe(Caller caller) => new(caller.Name, caller.Role, caller.Via);
}
