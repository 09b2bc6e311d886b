using System.Data.Common;
using MgCap.Capture;
using MgCap.Capture.Engines;
using MgCap.Web.Api;
using MgCap.Web.Captures;
using MgCap.Web.Catalogue;
using MgCap.Web.Configuration;
using MgCap.Web.Dashboard;
using MgCap.Web.Dissection;
using MgCap.Web.Filters;
using MgCap.Web.Health;
using MgCap.Web.Interfaces;
using MgCap.Web.Live;
using MgCap.Web.Machine;
using MgCap.Web.Packets;
using Microsoft.EntityFrameworkCore;
using Serilog;

try
{
    // Configuration and wwwroot stand beside the program, wherever it is started from.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    var options = OptionsReader.Read(builder.Configuration);
    using var data = new DataFolder(options);
    builder.AddLog(data);
    builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = JsonBody.LongestBody);

    var services = builder.Services;
    // Captures end before that time begins; it is for clients that still read.
    services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
    services.AddSingleton(options);
    services.AddSingleton(data);
    services.AddSingleton(TimeProvider.System);
    services.AddSingleton<CaptureEngines>();
    services.AddDbContextFactory<CatalogueContext>(db => db.UseSqlite($"Data Source={data.Catalogue}"));
    services.AddSingleton<CaptureCatalogue>();
    services.AddSingleton<CaptureRecovery>();
    services.AddSingleton<LiveNotifier>();
    services.AddSingleton<CaptureService>();
    services.AddHostedService(provider => provider.GetRequiredService<CaptureService>());
    services.AddHostedService<CaptureRetention>();
    services.AddHostedService<LiveSampler>();
    services.AddSingleton<InterfaceWatchers>();
    services.AddHostedService<InterfaceRateSampler>();
    services.ConfigureHttpJsonOptions(json => JsonShape.Apply(json.SerializerOptions));
    services.AddPacketReading();
    services.AddLiveHub();
    services.AddOpenApiDocument();

    var app = builder.Build();
    app.Services.GetRequiredService<CaptureCatalogue>().Migrate();
    await app.Services.GetRequiredService<CaptureRecovery>().RunAsync();
    // Clears up what helpers of a console that died were given.
    app.Services.GetRequiredService<SharkdPool>();

    app.UseApiErrors();
    app.UseSerilogRequestLogging();
    app.UseTakenBackRequests();
    app.UseSameOrigin();
    app.UseDashboard();
    app.UseOpenApiDocument();
    var api = app.MapGroup("/api");
    api.MapSystem();
    api.MapInterfaces();
    api.MapFilters();
    api.MapCaptures();
    app.MapHealth();
    app.MapHub<LiveHub>("/hubs/live");
    await app.ServeAsync();
    return 0;
}
catch (Exception exception) when (exception is ConfigurationException or IOException or DbException or DbUpdateException)
{
    Console.Error.WriteLine($"mgcap-console: {(exception as DbUpdateException)?.InnerException?.Message ?? exception.Message}");
    return 1;
}
