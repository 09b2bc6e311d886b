using System.Net;
using MgCap.Web.Configuration;

namespace MgCap.Web.Access;

/// <summary>
/// Where the console may listen: on this machine's loopback addresses and on Unix sockets always, since there the kernel says who comes; elsewhere
/// by https, and where there is a token, without which nobody could come in.
/// </summary>
public static partial class ListeningRule
{
    /// <summary>Where the console is to listen, as far as its configuration says it in one of the usual ways.</summary>
    public static IReadOnlyList<string> AddressesIn(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        string[] endpoints = [.. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>()];
        return endpoints.Length > 0 ? endpoints : configuration[WebHostDefaults.ServerUrlsKey]?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
    }

    /// <summary>Holds the rule: before the console listens, and for where it does then, whatever made it listen there.</summary>
    /// <param name="app">The console.</param>
    /// <param name="options">Its options.</param>
    /// <param name="addresses">All of them.</param>
    /// <exception cref="ConfigurationException">An address is against it; the message says what to do.</exception>
    public static async Task RequireSafeAddressesAsync(this WebApplication app, MgCapOptions options, IEnumerable<string> addresses)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Security.AllowInsecure)
            return;
        foreach (var outside in addresses.Where(address => !IsWithinMachine(address)))
        {
            var why = !outside.StartsWith(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase) ? "is not https, so that packets and tokens could be read on the way"
                : !await app.Services.GetRequiredService<TokenService>().AnyAsync() ? "lets nobody in: there is no token. Start the console on this machine alone, and make one: mgcap token add NAME"
                : null;
            if (why is not null)
            {
                throw new ConfigurationException(
                    $"urls is {outside}, which is reached from other machines, and it {why}. "
                    + "Allowed are http://127.0.0.1:5080 and other addresses of this machine alone, which a reverse proxy may stand before, and https with a token; "
                    + $"{MgCapOptions.Section}:Security:AllowInsecure=true lets in everyone who comes, to do everything");
            }
        }
    }

    /// <summary>Warns where everyone is let in.</summary>
    public static void WarnWhereInsecure(this WebApplication app, MgCapOptions options)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Security.AllowInsecure)
            LogInsecure(app.Logger, string.Join(", ", app.Urls));
    }

    private static bool IsWithinMachine(string address)
    {
        try
        {
            var binding = BindingAddress.Parse(address);
            return binding.IsUnixPipe || binding.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || (IPAddress.TryParse(binding.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
        }
        catch (FormatException)
        {
            // It is said when the console can't listen there.
            return true;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "MgCap:Security:AllowInsecure is set: everyone who reaches {Addresses} may do everything, without signing in")]
    private static partial void LogInsecure(ILogger log, string addresses);
}
