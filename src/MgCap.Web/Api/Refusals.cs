using MgCap.Capture;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Api;

/// <summary>Answers what a route's handler refuses by an exception: with a problem that has its code and says what to do.</summary>
public static class Refusals
{
    /// <summary>Does it for every route of a group.</summary>
    public static void AnswerRefusals(this RouteGroupBuilder routes) => routes.AddEndpointFilter(async (context, next) =>
    {
        try
        {
            return await next(context);
        }
        catch (Exception exception) when (ProblemOf(exception) is { } problem)
        {
            return problem;
        }
    });

    private static ProblemHttpResult? ProblemOf(Exception exception) => exception switch
    {
        CaptureRefusedException refusal => Problem.Of(ProblemCode.Of(refusal), refusal.Message),
        RefusalException refusal => Problem.Of(refusal.Code, refusal.Message),
        _ => null,
    };
}
