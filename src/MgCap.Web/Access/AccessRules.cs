using MgCap.Web.Api;
using MgCap.Web.Catalogue;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Access;

/// <summary>What a route takes, beside being signed in.</summary>
/// <param name="Role">The least.</param>
public sealed record RequiredRole(Role Role);

/// <summary>Says who may ask for a route.</summary>
public static class AccessRules
{
    /// <summary>Lets in those who have a role, or one that may do more. Where a group and its route both say it, both hold.</summary>
    public static TRoutes Takes<TRoutes>(this TRoutes routes, Role role)
        where TRoutes : IEndpointConventionBuilder => routes.RequireAuthorization($"{role}").WithMetadata(new RequiredRole(role));

    /// <summary>The answer to somebody who is known, and may not.</summary>
    public static ProblemHttpResult Forbidden(HttpContext context, Role needed) => Problem.Of(ProblemCode.Forbidden, WhyNot(Caller.Of(context), needed));

    /// <summary>The same for people.</summary>
    internal static string WhyNot(Caller caller, Role needed) => $"You are signed in as {caller.Name}, with the role {Word(caller.Role)}; this takes the role {Word(needed)}.";

    /// <summary>The answer to an operator who asks for what takes an administrator; null where they may.</summary>
    public static ProblemHttpResult? RefuseUnless(HttpContext context, bool admin) => !admin || Caller.Of(context).Role == Role.Admin ? null : Forbidden(context, Role.Admin);

    private static string Word(Role role) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName($"{role}");
}
