namespace MgCap.Testing;

/// <summary>The programs of this repository, as they were built together with the tests.</summary>
public static class BuiltPrograms
{
    /// <summary>The console. `make test` names the one that it has published in MGCAP_CONSOLE: tests start hundreds, and it starts faster.</summary>
    public static string Console => Environment.GetEnvironmentVariable("MGCAP_CONSOLE") is { Length: > 0 } published ? published : Program("MgCap.Web", "MgCap.Web");

    /// <summary>The command line.</summary>
    public static string CommandLine => Program("MgCap.Cli", "mgcap");

    private static string Program(string project, string name)
    {
        // tests/PROJECT/bin/CONFIGURATION/FRAMEWORK
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Path.Combine(Repository.Root, "src", project, "bin", output.Parent!.Name, output.Name, name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"build the solution first: there is no {path}", path);
    }
}
