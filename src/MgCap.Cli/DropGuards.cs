using MgCap.Capture.Interfaces;

namespace MgCap.Cli;

/// <summary>Who is not to be cut off by drop mode that was asked for on a command line.</summary>
internal static class DropGuards
{
    internal const string Override = "--force";

    /// <summary>The guard; null, and so nobody's, with --force.</summary>
    internal static DropGuard? FromForce(bool force) => force ? null : new DropGuard
    {
        ConnectedTo = SshSession.ServerAddress(Environment.GetEnvironmentVariable(SshSession.Variable)),
        Connection = "the SSH session that this runs in",
        Override = $"give {Override}",
    };
}
