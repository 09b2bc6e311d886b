namespace MgCap.Web.Api;

/// <summary>What the OpenAPI document says of a route beside its types.</summary>
/// <param name="Problems">Failures it can answer with.</param>
public sealed record DocumentedProblems(IReadOnlyList<ProblemCode> Problems);

/// <summary>An example of a route's request body, in JSON.</summary>
public sealed record DocumentedExample(string Json);

/// <summary>Documents routes.</summary>
public static class Documented
{
    /// <summary>Says which failures a route can answer with.</summary>
    public static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder route, params ProblemCode[] problems) => route.WithMetadata(new DocumentedProblems(problems));

    /// <summary>Says which body a route takes, and shows one.</summary>
    public static RouteHandlerBuilder AcceptsJson<T>(this RouteHandlerBuilder route, string example)
        where T : notnull =>
        route.Accepts<T>("application/json").WithMetadata(new DocumentedExample(example));
}
