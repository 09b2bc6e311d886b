using System.Diagnostics;
using System.Globalization;
using MgCap.Testing;

namespace MgCap.Bench;

/// <summary>A capturing program on the core of the receive path.</summary>
internal sealed class ProcessRun : IRun
{
    private readonly Process _process;
    private readonly string _file;
    private readonly List<string> _errors = [];

    internal ProcessRun(BenchLab lab, string ready, string[] command, string file)
    {
        _file = file;
        _process = lab.StartPinned(command);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        Wait.Until(() => Errors.Contains(ready, StringComparison.Ordinal) || _process.HasExited, $"{command[0]} to capture");
        if (_process.HasExited)
            throw new InvalidOperationException($"{string.Join(' ', command)} ended: {Errors}");
    }

    public TimeSpan Cpu => ProcessMetrics.Read(_process.Id).Cpu;

    private string Errors
    {
        get
        {
            lock (_errors)
                return string.Join('\n', _errors);
        }
    }

    public long? Finish()
    {
        Tool.Run("kill", "-INT", _process.Id.ToString(CultureInfo.InvariantCulture));
        if (!_process.WaitForExit(Wait.Patience))
            throw new InvalidOperationException($"{_process.StartInfo.FileName} does not end when interrupted");
        return long.Parse(Judges.Capinfos("-c", "-M", "-T", "-r", _file).Trim().Split('\t')[^1], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        File.Delete(_file);
    }

    private void Keep(string? line)
    {
        lock (_errors)
            _errors.Add(line ?? "");
    }
}
