using System.Text.Json;
using System.Text.RegularExpressions;
using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Remote;

/// <summary>What the command line asks of a console.</summary>
public sealed partial class RemoteTests : IDisposable
{
    private readonly ConsoleProcess _console = ConsoleProcess.Start();

    private string Server => $"http://unix:{_console.SocketPath}";

    public void Dispose() => _console.Dispose();

    [Fact]
    public void Token_IsMadeListedUsedAndRevoked()
    {
        var made = Run("token", "add", "nightly job", "--role", "operator", "--days", "90");
        Assert.Equal((0, ""), (made.ExitCode, made.Errors));
        Assert.Matches(TokenLine(), made.Output);

        var listed = Run("token", "list");
        Assert.Matches($"^nightly job: operator, mgcap_{made.Output[6..18]}_…, made by \\S+ at \\S+Z, ends at \\S+Z, not used yet\n$", listed.Output);
        using var json = JsonDocument.Parse(Run("token", "list", "--json").Output);
        Assert.Equal("nightly job", Assert.Single(json.RootElement.GetProperty("tokens").EnumerateArray()).GetProperty("name").GetString());

        // An operator makes no tokens.
        var refused = Mgcap.RunCommand(null, null, "env", $"MGCAP_TOKEN={made.Output.Trim()}", BuiltPrograms.CommandLine, "token", "list", "--server", Server);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("You are signed in as token nightly job, with the role operator; this takes the role admin.", refused.Errors, StringComparison.Ordinal);

        Assert.Equal(0, Run("token", "revoke", "nightly job").ExitCode);
        Assert.Equal("", Run("token", "list").Output);
        var gone = Run("token", "revoke", "nightly job");
        Assert.Equal((1, "mgcap: there is no token 'nightly job'; 'mgcap token list' lists them\n"), (gone.ExitCode, gone.Errors));
    }

    [Fact]
    public void Open_PrintsALinkThatABrowserCanOpen()
    {
        using var console = ConsoleProcess.Start(new ConsoleOptions { OnPort = true });
        var address = console.Address.GetLeftPart(UriPartial.Authority);
        Assert.Matches($"^{address}/sign-in\\.html#code=[A-Za-z0-9_-]{{43}}\n$", Mgcap.Run(null, "open", "--server", address).Output);
        var outcome = Run("open");
        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains("a browser opens no Unix socket", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", 1, "can't be reached")]
    [InlineData("http://unix:/nowhere", 1, "can't be reached")]
    [InlineData("nonsense", 2, "write an address such as http://127.0.0.1:5080")]
    [InlineData("ftp://127.0.0.1", 2, "write an address such as http://127.0.0.1:5080")]
    public void WrongServer_IsSaid(string server, int exitCode, string why)
    {
        var outcome = Mgcap.Run(null, "token", "list", "--server", server);
        Assert.Equal((exitCode, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains(why, outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Token_IsNotSentWhereItCouldBeRead()
    {
        var outcome = Mgcap.RunCommand(null, null, "env", "MGCAP_TOKEN=mgcap_x", BuiltPrograms.CommandLine, "token", "list", "--server", "http://192.0.2.1:5080");
        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains("use https", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token", "add")]
    [InlineData("token", "add", "x", "--role", "root")]
    [InlineData("token", "add", "x", "--days", "soon")]
    [InlineData("token")]
    public void WrongUsage_IsSaid(params string[] arguments)
    {
        var outcome = Mgcap.Run(null, arguments);
        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith("mgcap: ", outcome.Errors, StringComparison.Ordinal);
    }

    private Outcome Run(params string[] arguments) => Mgcap.Run(null, [.. arguments, "--server", Server]);

    [GeneratedRegex("^mgcap_[0-9a-f]{12}_[A-Za-z0-9_-]{43}\n$")]
    private static partial Regex TokenLine();
}
