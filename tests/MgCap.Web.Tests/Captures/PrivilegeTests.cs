using System.Net;
using MgCap.Testing;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

/// <summary>The console as an ordinary user: it can't capture and says what it lacks; all else works.</summary>
public sealed class PrivilegeTests
{
    private const string User = "65534";

    [RootFact]
    public async Task Start_WithoutPrivilege_NamesTheCapabilityAndTheRemedy()
    {
        using var folder = OpenFolder();
        using var console = StartAsUser(folder);
        using var api = new ConsoleApi(console);

        var answer = await api.TryStartAsync(nic: "lo");

        var detail = answer.RequireProblem(403, "permission_denied").GetProperty("detail").GetString();
        Assert.Contains("CAP_NET_RAW", detail, StringComparison.Ordinal);
        Assert.EndsWith("Run MgCap as root.", detail, StringComparison.Ordinal);
        // Capabilities of a file would be everybody's: a .NET program runs code that environment variables name.
        Assert.DoesNotContain("setcap", detail, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(Path.Combine(console.DataDirectory, "captures")));
    }

    [RootFact]
    public async Task EverythingElse_WorksWithoutPrivilege()
    {
        using var folder = OpenFolder();
        using var console = StartAsUser(folder);
        using var api = new ConsoleApi(console);

        foreach (var path in (string[])["/", "/api/system", "/api/interfaces", "/api/interfaces/lo", "/api/captures", "/healthz", "/readyz", "/swagger/v1/swagger.json"])
            Assert.Equal((path, HttpStatusCode.OK), (path, (await api.GetAsync(path)).Status));
        var check = await api.PostAsync("/api/filters/validate", """{"filter":"tcp port 443"}""");
        Assert.True(check.Json.GetProperty("valid").GetBoolean());
        (await api.TryStartAsync(new { filter = "tcp prot" }, nic: "lo")).RequireProblem(403, "permission_denied");
        (await api.TryStartAsync(nic: "nope0")).RequireProblem(404, "interface_not_found");
    }

    /// <summary>A directory of that user's, with a copy of the console that the user can read wherever the repository is.</summary>
    private static TemporaryFolder OpenFolder()
    {
        var folder = new TemporaryFolder();
        Tool.Run("cp", "--recursive", Path.GetDirectoryName(BuiltPrograms.Console)!, folder.PathOf("console"));
        Tool.Run("chown", "--recursive", $"{User}:{User}", folder.FullName);
        Tool.Run("chmod", "--recursive", "u+rwX", folder.FullName);
        return folder;
    }

    private static ConsoleProcess StartAsUser(TemporaryFolder folder) => ConsoleProcess.Start(new ConsoleOptions
    {
        OnPort = true,
        DataDirectory = folder.PathOf("data"),
        Prefix =
        [
            "setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all",
            // The program that would have been run is the first argument: the copy takes its place.
            "sh", "-c", $"shift; HOME='{folder.FullName}' exec '{folder.PathOf("console")}/{Path.GetFileName(BuiltPrograms.Console)}' \"$@\"", "sh",
        ],
    });
}
