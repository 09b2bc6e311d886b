using System.Diagnostics;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Overload;

/// <summary>A capturing program on the core of the receive path, as it runs.</summary>
internal sealed class PinnedCapture : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _errors = [];

    /// <param name="inside">Where it captures.</param>
    /// <param name="core">Its core.</param>
    /// <param name="ready">What it writes to standard error when it captures.</param>
    /// <param name="command">The program with its arguments.</param>
    internal PinnedCapture(NetworkNamespace inside, int core, string ready, params string[] command)
    {
        _process = inside.Start(new ProcessStartInfo("taskset", ["-c", $"{core}", .. command]) { RedirectStandardError = true });
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
                _errors.Add(line.Data ?? "");
        };
        _process.BeginErrorReadLine();
        Wait.Until(() => Errors.Contains(ready, StringComparison.Ordinal) || _process.HasExited, $"{command[0]} to capture");
        Assert.False(_process.HasExited, Errors);
    }

    private string Errors
    {
        get
        {
            lock (_errors)
                return string.Join('\n', _errors);
        }
    }

    internal ProcessMetrics Metrics => ProcessMetrics.Read(_process.Id);

    /// <summary>Interrupts it and waits for its end.</summary>
    internal void Finish()
    {
        Tool.Run("kill", "-INT", $"{_process.Id}");
        Assert.True(_process.WaitForExit(Wait.Patience), "it ends when interrupted");
        _process.WaitForExit();
        Assert.True(_process.ExitCode == 0, Errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
