using MgCap.Web.Packets;

namespace MgCap.Web.Dashboard;

/// <summary>Serves wwwroot.</summary>
public static class DashboardFiles
{
    /// <summary>Serves the files.</summary>
    public static void UseDashboard(this WebApplication app)
    {
        var assets = DashboardAssets.Read(Path.Combine(app.Environment.ContentRootPath, "wwwroot"));
        var packets = app.Services.GetRequiredService<PacketReader>();
        app.Use((context, next) =>
        {
            var request = context.Request;
            var asset = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) ? assets.Find(request.Path.Value) : null;
            if (asset is { IsPage: true })
                packets.Prewarm();
            return asset?.AnswerAsync(context) ?? next(context);
        });
    }
}
