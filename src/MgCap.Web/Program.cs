using System.Data.Common;
using MgCap.Capture;
using MgCap.Capture.Engines;
using MgCap.Capture.Filtering;
using MgCap.Capture.Sensors;
using MgCap.Linux;
using MgCap.Web.Access;
using MgCap.Web.Api;
using MgCap.Web.Captures;
using MgCap.Web.Catalogue;
using MgCap.Web.Configuration;
using MgCap.Web.Dashboard;
using MgCap.Web.Dissection;
using MgCap.Web.Downloads;
using MgCap.Web.Files;
using MgCap.Web.Filters;
using MgCap.Web.Health;
using MgCap.Web.Interfaces;
using MgCap.Web.Live;
using MgCap.Web.Machine;
using MgCap.Web.Packets;
using MgCap.Web.Schedules;
using MgCap.Web.Summaries;
using Microsoft.EntityFrameworkCore;

// The helper needs nothing of the console's, so the console is a function of its own, which it does not load.
return FilterHelperProgram.IsMeant(args) ? FilterHelperProgram.Run(args) : await RunConsoleAsync(args);

static async Task<int> RunConsoleAsync(string[] args)
{
    StandardStreams.Install();

    try
    {
        // Configuration and wwwroot stand beside the program, wherever it is started from.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var options = OptionsReader.Read(builder.Configuration);
        using var data = new DataFolder(options);
        builder.AddLog(data);
        builder.WebHost.ConfigureKestrel(server => ServerLimits.Apply(server, options.Limits));

        var services = builder.Services;
        Edge.Add(services);
        // Captures end before that time begins; it is for clients that still read.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        services.AddSingleton(options);
        services.AddSingleton(data);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<CaptureEngines>();
        services.AddDbContextFactory<CatalogueContext>(db => db.UseSqlite($"Data Source={data.Catalogue}"));
        services.AddSingleton<IFilterCompiler, FilterCompilerPool>();
        services.AddSingleton<ISensor, LocalSensor>();
        services.AddSingleton<CaptureCatalogue>();
        services.AddSingleton<CaptureRecovery>();
        services.AddSingleton<LiveNotifier>();
        services.AddSingleton<ICaptureObserver>(provider => provider.GetRequiredService<LiveNotifier>());
        services.AddSingleton<CaptureService>();
        services.AddSingleton<RecorderService>();
        services.AddHostedService(provider => provider.GetRequiredService<CaptureService>());
        services.AddHostedService<CaptureRetention>();
        services.AddHostedService<FileCompressor>();
        services.AddSingleton<ScheduleService>();
        services.AddHostedService<ScheduleRunner>();
        services.AddHostedService<LiveSampler>();
        services.AddSingleton<InterfaceWatchers>();
        services.AddHostedService<InterfaceRateSampler>();
        services.ConfigureHttpJsonOptions(json => JsonConventions.Apply(json.SerializerOptions));
        services.AddAccess(data);
        services.AddPacketReading();
        services.AddSingleton<SummaryService>();
        services.AddLiveHub();
        services.AddOpenApiDocument();
        services.AddCompression();

        var app = builder.Build();
        app.Services.GetRequiredService<CaptureCatalogue>().Migrate();
        await app.Services.GetRequiredService<CaptureRecovery>().RunAsync();
        // Clears up what helpers of a console that died were given.
        app.Services.GetRequiredService<SharkdPool>();

        app.UseClientAborts();
        app.UseServerLimits();
        ConnectionUser.UseForwardingNote(app);
        app.UseReverseProxy(options.Proxies);
        app.UseSameOrigin();
        app.UseCompression();
        app.UseDashboard(app.Services.GetRequiredService<PacketReader>().Prewarm);
        app.UseAccess();
        app.UseOpenApiDocument();
        app.UseQueryCheck();
        var api = app.MapGroup("/api").Takes(Role.Viewer);
        api.AnswerRefusals();
        api.MapSession();
        api.MapTokens();
        api.MapSystem();
        api.MapDisk();
        api.MapInterfaces();
        api.MapFilters();
        var captures = api.MapCaptures();
        captures.MapCaptureDownload();
        captures.MapCaptureFiles();
        LiveDownload.Map(captures);
        captures.MapPackets();
        captures.MapTimeline();
        captures.MapSummary();
        captures.MapCaptureSamples();
        captures.MapCaptureLosses();
        api.MapSchedules();
        app.MapHealth();
        app.MapHub<LiveHub>("/hubs/live").Takes(Role.Viewer);
        await app.RequireSafeAddressesAsync(options, ListeningRule.AddressesIn(app.Configuration));
        // A closed terminal ends the console in order; started by nohup(1) it goes on.
        using var signals = new ProcessSignals(_ => app.Lifetime.StopApplication(), () => { }, withTermination: false);
        await app.ServeAsync(() =>
        {
            app.WarnWhereInsecure(options);
            return app.RequireSafeAddressesAsync(options, app.Urls);
        });
        return 0;
    }
    catch (Exception exception) when (exception is ConfigurationException or IOException or DbException or DbUpdateException)
    {
        Console.Error.WriteLine($"mgcap-console: {(exception as DbUpdateException)?.InnerException?.Message ?? exception.Message}");
        return 1;
    }
}
