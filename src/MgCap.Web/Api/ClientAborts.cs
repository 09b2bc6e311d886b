using Microsoft.AspNetCore.Connections;

namespace MgCap.Web.Api;

/// <summary>A client that goes away before its answer is no fault: a page asks again while somebody types, and scrolls on.</summary>
public static class ClientAborts
{
    /// <summary>Ends such requests with status 499, as proxies call it, which nobody receives; the log has it beside the others.</summary>
    public static void UseClientAborts(this WebApplication app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ConnectionResetException && context.RequestAborted.IsCancellationRequested)
        {
            if (!context.Response.HasStarted)
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
    });
}
