using System.Net;

namespace MgCap.Cli;

/// <summary>The SSH session that the program runs in (ssh(1), ENVIRONMENT).</summary>
internal static class SshSession
{
    /// <summary>The client's address and port, then the server's, with spaces between them.</summary>
    internal const string Variable = "SSH_CONNECTION";

    /// <summary>The address of this host that the session came to.</summary>
    /// <param name="connection">What the variable says; null where there is none.</param>
    /// <returns>null where there is no session.</returns>
    internal static IPAddress? ServerAddress(string? connection) =>
        connection?.Split(' ') is [_, _, var server, ..] && IPAddress.TryParse(server, out var address) ? address : null;
}
