namespace MgCap.Cli;

/// <summary>What the program's exit status says.</summary>
internal static class ExitCode
{
    internal const int Done = 0;
    internal const int Failed = 1;
    internal const int WrongUsage = 2;
}

/// <summary>Arguments that do not go together; the message says what would.</summary>
internal sealed class UsageException(string message) : Exception(message);
