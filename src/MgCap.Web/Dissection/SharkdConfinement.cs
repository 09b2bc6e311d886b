using System.Diagnostics;
using System.Globalization;

namespace MgCap.Web.Dissection;

/// <summary>
/// How sharkd is run: what it reads was sent by strangers. It has no network (unshare(1)), no capability and no way to new
/// privileges (setpriv(1)), bounds on memory, processor time, files and processes (prlimit(1)), a directory with nothing but the
/// slice in it, and the nice value of the <see cref="ReadingThreads"/> that start it. Where MgCap is root, sharkd is the user nobody. Each of these
/// programs becomes the next one, so the process that is started is sharkd.
/// </summary>
public static class SharkdConfinement
{
    /// <summary>Processor time after which the kernel ends a helper, in seconds.</summary>
    internal const int MostProcessorSeconds = 120;

    private const long MostMemory = 1024L * 1024 * 1024;
    private const int MostFiles = 64;
    private const int Nobody = 65534;
    private const string SearchPath = "/usr/local/bin:/usr/bin:/bin";

    /// <summary>The command that runs a confined helper.</summary>
    /// <param name="directory">Where the slice is; readable for everyone, and reachable for nobody but through this.</param>
    internal static ProcessStartInfo Command(string directory)
    {
        var root = Environment.IsPrivilegedProcess;
        // A user that is not root has namespaces of their own to be without a network in.
        string[] alone = root ? ["unshare", "--net", "--ipc"] : ["unshare", "--user", "--map-current-user", "--net", "--ipc"];
        string[] bounds =
        [
            "prlimit", Bound("as", MostMemory), Bound("cpu", MostProcessorSeconds), Bound("nofile", MostFiles), Bound("fsize", 0), Bound("core", 0), "--",
        ];
        string[] user = root ? [$"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups"] : [];
        string[] command =
        [
            .. alone, .. bounds, "setpriv", .. user, "--no-new-privs", "--inh-caps=-all", .. root ? (string[])["--bounding-set=-all"] : [], "sharkd", "-",
        ];
        var start = new ProcessStartInfo(Find(command[0]) ?? command[0], command[1..])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = SearchPath;
        start.Environment["HOME"] = "/nonexistent";
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["TZ"] = "UTC";
        return start;
    }

    /// <summary>The program that is missing here; null where all are there.</summary>
    internal static string? Missing() => Array.Find(["sharkd", "unshare", "prlimit", "setpriv"], program => Find(program) is null);

    private static string Bound(string resource, long most) => string.Create(CultureInfo.InvariantCulture, $"--{resource}={most}");

    private static string? Find(string program) => SearchPath.Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
