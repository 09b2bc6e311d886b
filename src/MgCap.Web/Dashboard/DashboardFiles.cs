using MgCap.Web.Packets;

namespace MgCap.Web.Dashboard;

/// <summary>Serves wwwroot, with headers that let a page load only what comes from here.</summary>
public static class DashboardFiles
{
    private const string Policy =
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    // Swagger UI writes styles into its page, and its pictures are data.
    private const string SwaggerPolicy = Policy + "; style-src 'self' 'unsafe-inline'";

    /// <summary>Serves the files.</summary>
    public static void UseDashboard(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/swagger") ? SwaggerPolicy : Policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            return next(context);
        });
        app.UseDefaultFiles();
        var packets = app.Services.GetRequiredService<PacketReader>();
        app.UseStaticFiles(new StaticFileOptions
        {
            OnPrepareResponse = file =>
            {
                // The names do not change with the content: a browser asks each time, and is told that it has it.
                file.Context.Response.Headers.CacheControl = "no-cache";
                if (Path.GetExtension(file.File.Name) == ".html")
                    packets.Expect();
            },
        });
    }
}
