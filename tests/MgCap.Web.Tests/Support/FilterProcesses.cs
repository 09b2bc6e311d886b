using System.Globalization;

namespace MgCap.Web.Tests.Support;

/// <summary>The processes in which a console compiles filters.</summary>
internal static class FilterProcesses
{
    /// <summary>Those of a console.</summary>
    internal static IEnumerable<int> Of(int console) => Directory.GetDirectories("/proc").Select(Path.GetFileName)
        .Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
        .Where(id => Stat(id) is [not "Z", var parent, ..] && parent == $"{console}" && CommandLine(id).Contains("--filter-helper", StringComparison.Ordinal));

    /// <summary>R while one of its threads runs, and others as in proc(5); Z where it has ended.</summary>
    internal static char State(int id)
    {
        try
        {
            var states = Directory.GetDirectories($"/proc/{id}/task").Select(task => Fields(File.ReadAllText($"{task}/stat"))[0]).ToArray();
            return states.Contains("R") ? 'R' : Stat(id) is [var state, ..] ? state[0] : 'Z';
        }
        catch (IOException)
        {
            return 'Z';
        }
    }

    private static string[] Stat(int id)
    {
        try
        {
            return Fields(File.ReadAllText($"/proc/{id}/stat"));
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static string[] Fields(string stat) => stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
}
