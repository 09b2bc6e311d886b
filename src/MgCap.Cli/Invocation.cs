namespace MgCap.Cli;

/// <summary>The original's programs live on as other names of this one: a link with such a name stands for a sub-command.</summary>
internal static class Invocation
{
    /// <summary>The arguments with the sub-command that the program's name stands for.</summary>
    internal static string[] Arguments(string[] args) => Arguments(ProgramName(), args);

    internal static string[] Arguments(string programName, string[] args) => programName switch
    {
        "mgdump" => ["dump", .. args],
        "mgcap_hwtstamp_config" => ["hwtstamp", .. args],
        _ => args,
    };

    /// <summary>The name under which the program was started; .NET's own answer has links followed.</summary>
    private static string ProgramName()
    {
        var commandLine = File.ReadAllText("/proc/self/cmdline");
        return Path.GetFileName(commandLine.Split('\0')[0]);
    }
}
