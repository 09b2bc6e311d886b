using System.CommandLine;

namespace MgCap.Cli.Remote;

/// <summary>Where the console is that a command asks.</summary>
internal static class ConsoleOptions
{
    private const string Usual = "http://127.0.0.1:5080";

    internal static Option<string> Server { get; } = new("--server")
    {
        HelpName = "URL",
        Description = "The console. Elsewhere than on this machine, the variable MGCAP_TOKEN has a token for it.",
        DefaultValueFactory = _ => Usual,
    };

    /// <summary>A client of the console that is meant.</summary>
    internal static ConsoleClient Open(ParseResult parsed) => new(parsed.GetValue(Server)!);
}
