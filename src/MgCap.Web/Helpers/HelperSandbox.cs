using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using MgCap.Linux.Sandbox;

namespace MgCap.Web.Helpers;

/// <summary>
/// Starts programs that read what strangers sent. Such a helper has no network, no capability, no way to new privileges and no files
/// but system libraries and what it is given; it can neither write files nor reach other processes; its memory, processor time and
/// files are bounded. Where the console is root, the helper is the user nobody. What the machine does not allow is left out, and is
/// in <see cref="Measures"/>.
/// </summary>
public static class HelperSandbox
{
    /// <summary>Where programs are looked for.</summary>
    public const string SearchPath = "/usr/local/bin:/usr/bin:/bin";

    // Of the user nobody in all; a console that is not root shares the count with its helpers.
    private const int MaxThreads = 512;

    private static readonly string[] _libraries =
    [
        "/usr", "/bin", "/lib", "/lib32", "/lib64", "/opt", "/etc/ld.so.cache", "/etc/wireshark", "/etc/ssl/openssl.cnf", "/etc/localtime",
        "/dev/null", "/dev/zero", "/dev/urandom",
    ];

    private static readonly Lazy<IReadOnlyList<SandboxMeasure>> _measures = new(Measure);
    private static readonly Lazy<bool> _loaded = new(Load);

    /// <summary>What of the sandbox holds here; the first look starts a program in it.</summary>
    public static IReadOnlyList<SandboxMeasure> Measures => _measures.Value;

    /// <summary>Finds a program.</summary>
    /// <returns>Its path; null where it is not installed.</returns>
    public static string? Find(string program) => SearchPath.Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Starts a program. Its three standard streams are the caller's.</summary>
    /// <exception cref="IOException">It can't be started.</exception>
    public static Process Start(HelperProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return Start(program, out _);
    }

    private static Process Start(HelperProgram program, out IReadOnlyList<SandboxMeasure> measures)
    {
        var start = Command(program);
        string[] readable = [.. _libraries, .. program.Readable, .. program.Directory == "/" ? (string[])[] : [program.Directory]];
        _ = _loaded.Value;
        (Process? process, IReadOnlyList<SandboxMeasure> held, ExceptionDispatchInfo? failure) result = (null, [], null);
        // A thread keeps what is taken from it, so this one does nothing else. It has the nice value of the one that waits for it.
        var thread = new Thread(() =>
        {
            try
            {
                if (!program.ConfinesItself)
                    result.held = ThreadSandbox.Enter(program.Directory, readable);
                result.process = Process.Start(start);
            }
            catch (Exception exception)
            {
                result.failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        {
            Name = "helper start",
            IsBackground = true,
        };
        thread.Start();
        thread.Join();
        measures = result.held;
        if (result.failure?.SourceException is System.ComponentModel.Win32Exception or UnauthorizedAccessException)
            throw new IOException($"{program.Name} can't be started: {result.failure.SourceException.Message}", result.failure.SourceException);
        result.failure?.Throw();
        return result.process!;
    }

    private static ProcessStartInfo Command(HelperProgram program)
    {
        List<string> command =
        [
            .. program.Nice == 0 ? (string[])[] : [Required("nice"), "-n", Number(program.Nice)],
            Required("prlimit"), Bound("as", program.Memory), Bound("cpu", program.ProcessorSeconds), Bound("nofile", program.Files), Bound("fsize", 0), Bound("core", 0),
            .. Environment.IsPrivilegedProcess ? [Bound("nproc", MaxThreads)] : (string[])[], "--", Required(program.Name), .. program.Arguments,
        ];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = SearchPath;
        start.Environment["HOME"] = "/nonexistent";
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["TZ"] = program.Zone;
        foreach (var (name, value) in program.Variables)
            start.Environment[name] = value;
        return start;
    }

    private static string Required(string program) => Find(program) ?? throw new FileNotFoundException($"{program} is not installed");

    private static string Bound(string resource, long most) => $"--{resource}={Number(most)}";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static IReadOnlyList<SandboxMeasure> Measure()
    {
        try
        {
            using var process = Start(new HelperProgram("true", []) { Memory = 1L << 30, ProcessorSeconds = 10 }, out var measures);
            process.WaitForExit();
            return process.ExitCode == 0 ? measures : [.. measures, new SandboxMeasure("start", $"a program that does nothing ended with {process.ExitCode}")];
        }
        catch (IOException exception)
        {
            return [new SandboxMeasure("start", exception.Message)];
        }
    }

    /// <summary>Has the runtime load what starting a process takes: a thread without rights can't open the console's own files.</summary>
    private static bool Load()
    {
        using var process = Process.Start(new ProcessStartInfo(Required("true")) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardInput.Close();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return true;
    }
}
