using System.Globalization;
using MgCap.Testing;

namespace MgCap.Web.Tests.Support;

/// <summary>A process that is stopped (SIGSTOP) until this is disposed (SIGCONT).</summary>
internal sealed class Stopped : IDisposable
{
    private readonly string _id;

    private Stopped(int processId) => _id = processId.ToString(CultureInfo.InvariantCulture);

    public static Stopped Process(int processId)
    {
        var stopped = new Stopped(processId);
        Tool.Run("kill", "-STOP", stopped._id);
        Wait.Until(() => StateOf(processId) == 'T', "the process to stand still");
        return stopped;
    }

    public void Dispose() => Tool.Run("kill", "-CONT", _id);

    private static char StateOf(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        return stat[stat.LastIndexOf(')') + 2];
    }
}
