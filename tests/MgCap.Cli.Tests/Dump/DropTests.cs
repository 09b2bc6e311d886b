using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Dump;

/// <summary>Drop mode on the command line, and what keeps it from cutting off its user.</summary>
public sealed class DropTests : IDisposable
{
    private const string DefaultRouteRefused =
        "mgcap: The interface cap0 carries this host's default route: drop mode would cut it off. "
        + "Use mirror mode or another interface, or give --force to drop anyway.\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mgcap-drop-");
    private readonly Lazy<VethLab> _lab = new(() => VethLab.Create("drop", new VethOptions { Addresses = true, Mtu = 1500 }));

    private NetworkNamespace Inside => _lab.Value.CaptureSide;

    private string FilePath => Path.Combine(_folder.FullName, "capture.pcapng");

    public void Dispose()
    {
        if (_lab.IsValueCreated)
            _lab.Value.Dispose();
        _folder.Delete(recursive: true);
    }

    [RootFact]
    public void Dropped_PacketsAreInTheFileAndNotAnswered()
    {
        Assert.True(IsAnswered());
        using var run = Mgcap.StartDump(Inside, "cap0", "-m", "drop", "-w", FilePath);
        Assert.False(IsAnswered());
        run.Signal("INT");
        Assert.Equal(0, run.WaitForExit().ExitCode);
        Assert.True(IsAnswered());
        Assert.Contains("Echo (ping) request", ReferenceTools.Tshark("-r", FilePath), StringComparison.Ordinal);
    }

    [RootFact]
    public void DefaultRoute_IsRefusedUnlessForced()
    {
        Inside.Ip("route", "add", "default", "via", VethLab.SenderAddress);

        var refused = Mgcap.Run(Inside, "dump", "cap0", "-m", "drop", "-w", FilePath);
        Assert.Equal((1, DefaultRouteRefused, ""), (refused.ExitCode, refused.Errors, refused.Output));
        Assert.False(File.Exists(FilePath));

        using var run = Mgcap.StartDump(Inside, "cap0", "-m", "drop", "--force", "-w", FilePath);
        Assert.False(IsAnswered());
        run.Signal("INT");
        Assert.Equal(0, run.WaitForExit().ExitCode);
    }

    [RootFact]
    public void SshSession_IsRefused()
    {
        var refused = RunInSession($"{VethLab.SenderAddress} 50000 {VethLab.CaptureAddress} 22");
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("mgcap: The interface cap0 carries the SSH session that this runs in: ", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);

        // Of a session to another address, or of what is no session, nothing is kept.
        foreach (var other in (string[])["192.0.2.1 50000 192.0.2.2 22", "nonsense", ""])
            Assert.Equal((other, 0), (other, RunInSession(other).ExitCode));
    }

    private Outcome RunInSession(string connection) => Mgcap.RunCommand(
        Inside, null, "env", $"SSH_CONNECTION={connection}", BuiltPrograms.CommandLine, "dump", "cap0", "-m", "drop", "-a", "seconds:0.1", "-w", FilePath);

    private bool IsAnswered()
    {
        try
        {
            _lab.Value.SenderSide.Exec("ping", "-n", "-c", "1", "-W", "1", VethLab.CaptureAddress);
            return true;
        }
        catch (ToolException exception) when (exception.Message.Contains("ended with 1:", StringComparison.Ordinal))
        {
            return false;
        }
    }
}
