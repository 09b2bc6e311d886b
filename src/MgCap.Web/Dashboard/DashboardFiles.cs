namespace MgCap.Web.Dashboard;

/// <summary>Serves wwwroot.</summary>
public static class DashboardFiles
{
    /// <summary>Serves the files.</summary>
    /// <param name="app">The console.</param>
    /// <param name="onPage">Called when somebody opens a page.</param>
    public static void UseDashboard(this WebApplication app, Action onPage)
    {
        var assets = DashboardAssets.Read(Path.Combine(app.Environment.ContentRootPath, "wwwroot"));
        app.Use((context, next) =>
        {
            var request = context.Request;
            var asset = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) ? assets.Find(request.Path.Value) : null;
            if (asset is { IsPage: true })
                onPage();
            return asset?.AnswerAsync(context) ?? next(context);
        });
    }
}
