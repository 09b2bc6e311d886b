using System.CommandLine;
using MgCap.Capture;

namespace MgCap.Cli.Remote;

/// <summary><c>mgcap open</c>: a link that signs a browser in.</summary>
internal static class OpenCommand
{
    internal static Command Create()
    {
        var command = new Command("open", "Print a link to the console that signs a browser in as you, once and within two minutes.") { ConsoleOptions.Server };
        command.SetAction(async (parsed, _) => await RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        using var console = ConsoleOptions.Open(parsed);
        // Before a code is made that nobody can use.
        var page = console.PageOf("sign-in.html");
        var link = await console.AskAsync(HttpMethod.Post, "api/session/link", null, ConsoleJson.Shaped.ConsoleLink);
        Console.Out.WriteLine($"{page}#code={VisibleText.Of(link.Code)}");
        return ExitCode.Done;
    }
}
