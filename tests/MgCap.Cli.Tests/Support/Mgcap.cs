using System.Diagnostics;
using System.Globalization;
using System.Text;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Support;

/// <summary>What a run of the program came to.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Errors)
{
    internal string[] ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>The program as people run it: a process of its own, in a namespace or outside.</summary>
internal sealed class Mgcap : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly Task<string> _output;

    private Mgcap(ProcessStartInfo start, NetworkNamespace? inside)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        _process = inside?.Start(start) ?? Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
        _output = _process.StandardOutput.ReadToEndAsync();
    }

    private string Errors
    {
        get
        {
            lock (_errors)
                return _errors.ToString();
        }
    }

    /// <summary>Runs it to its end.</summary>
    internal static Outcome Run(NetworkNamespace? inside, params string[] arguments) => RunCommand(inside, null, [BuiltPrograms.CommandLine, .. arguments]);

    /// <summary>Runs a command line that runs it.</summary>
    internal static Outcome RunCommand(NetworkNamespace? inside, string? folder, params string[] command)
    {
        using var run = StartCommand(inside, folder, command);
        return run.WaitForExit();
    }

    /// <summary>Starts <c>mgcap dump</c> and waits until it captures.</summary>
    internal static Mgcap StartDump(NetworkNamespace inside, params string[] arguments)
    {
        var run = StartCommand(inside, null, [BuiltPrograms.CommandLine, "dump", .. arguments]);
        run.WaitForStart();
        return run;
    }

    internal static Mgcap StartCommand(NetworkNamespace? inside, string? folder, params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]);
        if (folder is not null)
            start.WorkingDirectory = folder;
        return new Mgcap(start, inside);
    }

    internal void WaitForStart() => Wait.Until(
        () =>
        {
            var ended = _process.HasExited;
            if (ended)
                _process.WaitForExit(); // For the rest of its output: a short capture may be over already.
            return Errors.Contains("Capturing on", StringComparison.Ordinal) || (ended ? throw new InvalidOperationException(Errors) : false);
        },
        "mgcap to capture");

    /// <summary>Waits until it has written something to standard error.</summary>
    internal void WaitFor(string text) => Wait.Until(() => Errors.Contains(text, StringComparison.Ordinal), $"'{text}'");

    /// <summary>Ends it as a crash does.</summary>
    internal void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Sends a signal by its name without SIG.</summary>
    internal void Signal(string name) => Tool.Run("kill", "-s", name, _process.Id.ToString(CultureInfo.InvariantCulture));

    internal Outcome WaitForExit()
    {
        if (!_process.WaitForExit(TimeSpan.FromSeconds(60)))
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"mgcap did not end: {Errors}");
        }

        _process.WaitForExit(); // For the rest of its output.
        return new Outcome(_process.ExitCode, _output.GetAwaiter().GetResult(), Errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_errors)
            _errors.Append(line).Append('\n');
    }
}
