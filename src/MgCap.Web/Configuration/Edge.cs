using MgCap.Web.Api;
using Microsoft.AspNetCore.HostFiltering;

namespace MgCap.Web.Configuration;

/// <summary>
/// What stands before everything else, the check of host names among it: each answer has its headers, refusals are logged, and those without a
/// body get one. ASP.NET Core puts its check of host names before what a program adds to its pipeline; start-up filters stand before that.
/// </summary>
internal sealed class Edge : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseResponseHeaders();
        app.UseRequestLog();
        app.UseApiErrors();
        next(app);
    };

    /// <summary>Adds it before all others.</summary>
    internal static void Add(IServiceCollection services)
    {
        services.Insert(0, ServiceDescriptor.Transient<IStartupFilter, Edge>());
        // A problem says it better.
        services.Configure<HostFilteringOptions>(hosts => hosts.IncludeFailureMessage = false);
    }
}
