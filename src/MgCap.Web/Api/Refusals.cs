using MgCap.Capture;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Api;

/// <summary>
/// Answers what a route's handler refuses by an exception: with a problem that has its code and says what to do. A handler that reads a
/// capture whose oldest file was removed meanwhile, since it keeps its newest only, begins again: the files are others now.
/// </summary>
public static class Refusals
{
    private const int Attempts = 5;

    /// <summary>Does it for every route of a group.</summary>
    public static void AnswerRefusals(this RouteGroupBuilder routes) => routes.AddEndpointFilter(async (context, next) =>
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await next(context);
            }
            catch (Exception exception) when (ProblemOf(exception) is { } problem)
            {
                return problem;
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException && HttpMethods.IsGet(context.HttpContext.Request.Method))
            {
                if (attempt == Attempts)
                    return Problem.Of(ProblemCode.ReadersBusy, "A file of the capture was removed while it was read, again and again. Ask again, or for a part of the capture.");
            }
        }
    });

    private static ProblemHttpResult? ProblemOf(Exception exception) => exception switch
    {
        // What only the machine shows to be wrong is which interfaces are together.
        CaptureRefusedException { Code: RefusalCode.InvalidRequest } refusal => Problem.InvalidFields([("interfaces", refusal.Message)], refusal.Message),
        CaptureRefusedException refusal => Problem.Of(ProblemCode.Of(refusal), refusal.Message),
        RefusalException refusal => Problem.Of(refusal.Code, refusal.Message),
        _ => null,
    };
}
