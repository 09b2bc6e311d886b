using System.CommandLine;

namespace MgCap.Cli;

/// <summary>Arguments that do not go together; the message says what would.</summary>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>What is wrong with a command line that could not be read, in one line.</summary>
    internal static UsageException Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var name = command is RootCommand ? "mgcap" : $"mgcap {command.Name}";
        // What is not known may be why something else is missing.
        var problem = parsed.UnmatchedTokens is [var token, ..]
            ? $"Unrecognized command or argument '{token}'"
            : string.Join("; ", parsed.Errors.Select(error => OneLine(error.Message)).Distinct());
        return new UsageException($"{problem}. Try '{name} --help'.");
    }

    private static string OneLine(string message) =>
        string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
}
