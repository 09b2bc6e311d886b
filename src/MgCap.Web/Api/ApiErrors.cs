using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Data.Sqlite;

namespace MgCap.Web.Api;

/// <summary>Sees to it that every failure under /api is a problem with a code, and that no fault shows its inside.</summary>
public static class ApiErrors
{
    // SQLITE_FULL
    private const int CatalogueFull = 13;

    /// <summary>Answers faults and bare statuses.</summary>
    public static void UseApiErrors(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(handler => handler.Run(context => Answer(context.Features.Get<IExceptionHandlerFeature>()?.Error).ExecuteAsync(context)));
        app.UseStatusCodePages(async pages =>
        {
            var context = pages.HttpContext;
            // Before anything else has looked at it, only the check of host names refuses a request.
            if (context.Response.StatusCode == StatusCodes.Status400BadRequest && context.GetEndpoint() is null)
                await Problem.InvalidField("Host", "is a name that the console does not answer to; its configuration has them in AllowedHosts").ExecuteAsync(context);
            if (context.Response.HasStarted || !context.Request.Path.StartsWithSegments("/api"))
                return;
            var code = context.Response.StatusCode switch
            {
                StatusCodes.Status404NotFound => ProblemCode.NotFound,
                StatusCodes.Status405MethodNotAllowed => ProblemCode.MethodNotAllowed,
                StatusCodes.Status413PayloadTooLarge => ProblemCode.BodyTooLarge,
                StatusCodes.Status415UnsupportedMediaType => ProblemCode.NotJson,
                StatusCodes.Status416RangeNotSatisfiable => null,
                _ => ProblemCode.InvalidRequest with { Status = context.Response.StatusCode },
            };
            if (code is not null)
                await Problem.Of(code, $"{context.Request.Method} {context.Request.Path}").ExecuteAsync(context);
        });
    }

    private static ProblemHttpResult Answer(Exception? fault) => fault switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Problem.Of(ProblemCode.BodyTooLarge),
        // A body that breaks off, or that is not as its headers say; a chunk's length that overflows.
        BadHttpRequestException or IOException { InnerException: OverflowException } => Problem.Of(ProblemCode.InvalidRequest, "The request must arrive whole and as its headers say."),
        _ when fault?.GetBaseException() is SqliteException { SqliteErrorCode: CatalogueFull } => Problem.Of(ProblemCode.StorageFull, "The catalogue can't be written. Delete captures, or make room otherwise."),
        _ => Problem.Of(ProblemCode.Internal),
    };
}
