using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace MgCap.Web.Configuration;

/// <summary>The log: short lines on the console, JSON in a file for each day.</summary>
public static class Logging
{
    private const string ConsoleTemplate = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}";
    private const long LongestFile = 50L * 1024 * 1024;
    private const int FilesKept = 14;

    /// <summary>Adds the log.</summary>
    public static void AddLog(this WebApplicationBuilder builder, DataFolder data) => builder.Services.AddSerilog(log => log
        .MinimumLevel.Information()
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
        // A start that fails ends with its one line; a service that fails ends the program, which is fatal.
        .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
        // What fails is logged by whoever asked the catalogue.
        .MinimumLevel.Override("Microsoft.EntityFrameworkCore", LogEventLevel.Fatal)
        .MinimumLevel.Override("Serilog.AspNetCore", LogEventLevel.Warning)
        .WriteTo.Console(outputTemplate: ConsoleTemplate, formatProvider: System.Globalization.CultureInfo.InvariantCulture)
        .WriteTo.File(
            new CompactJsonFormatter(),
            Path.Combine(data.Logs, "mgcap-.json"),
            rollingInterval: RollingInterval.Day,
            fileSizeLimitBytes: LongestFile,
            rollOnFileSizeLimit: true,
            retainedFileCountLimit: FilesKept));
}
