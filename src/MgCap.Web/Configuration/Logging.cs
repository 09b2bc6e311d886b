using Serilog;
using Serilog.Configuration;
using Serilog.Events;
using Serilog.Formatting.Compact;
using Serilog.Sinks.SystemConsole.Themes;

namespace MgCap.Web.Configuration;

/// <summary>The log: short lines on the console, JSON in a file for each day.</summary>
public static class Logging
{
    private const string ConsoleTemplate = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}";
    private const long MaxFileSize = 50L * 1024 * 1024;
    private const int FilesKept = 14;

    /// <summary>Adds the log.</summary>
    public static void AddLog(this WebApplicationBuilder builder, DataFolder data) => builder.Services.AddSerilog(log => log
        .MinimumLevel.Information()
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
        // A start that fails ends with its one line; a service that fails ends the program, which is fatal.
        .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
        // What fails is logged by the caller of the catalogue.
        .MinimumLevel.Override("Microsoft.EntityFrameworkCore", LogEventLevel.Fatal)
        // The key that sessions are sealed with lies in the data directory, which is closed to others: it is not sealed itself.
        .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection", LogEventLevel.Error)
        // Colours as part of the text, so that everything goes through StandardStreams.
        .WriteTo.Sink(LoggerSinkConfiguration.Wrap(
            sink => new VisibleEventSink(sink),
            console => console.Console(outputTemplate: ConsoleTemplate, formatProvider: System.Globalization.CultureInfo.InvariantCulture, theme: AnsiConsoleTheme.Literate)))
        .WriteTo.File(
            new VisibleJsonFormatter(new CompactJsonFormatter()),
            Path.Combine(data.Logs, "mgcap-.json"),
            rollingInterval: RollingInterval.Day,
            fileSizeLimitBytes: MaxFileSize,
            rollOnFileSizeLimit: true,
            retainedFileCountLimit: FilesKept));

    /// <summary>Logs requests that were refused or failed; those that went well are not logged.</summary>
    public static void UseRequestLog(this IApplicationBuilder app) => app.UseSerilogRequestLogging(options => options.GetLevel = (context, _, fault) => fault is null ? LevelOf(context.Response.StatusCode) : LogEventLevel.Error);

    private static LogEventLevel LevelOf(int status) => status switch
    {
        < StatusCodes.Status400BadRequest or StatusCodes.Status499ClientClosedRequest => LogEventLevel.Debug,
        // What a page never asks for, unless somebody wants more than is allowed, or the console is not set up for it.
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status413PayloadTooLarge or StatusCodes.Status414UriTooLong
            or StatusCodes.Status429TooManyRequests or StatusCodes.Status431RequestHeaderFieldsTooLarge => LogEventLevel.Warning,
        < StatusCodes.Status500InternalServerError => LogEventLevel.Information,
        // Busy, or no room: that is how it is, and no fault.
        StatusCodes.Status503ServiceUnavailable or StatusCodes.Status507InsufficientStorage => LogEventLevel.Warning,
        _ => LogEventLevel.Error,
    };
}
