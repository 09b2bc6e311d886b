using System.Diagnostics;
using System.Globalization;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Traffic;
using MgCap.Testing;

namespace MgCap.Bench;

/// <summary>A capturing program on the core of the receive path.</summary>
internal sealed class ProcessRun : IRun
{
    private readonly Process _process;
    private readonly string _file;
    private readonly List<string> _errors = [];

    /// <param name="scene">Where it runs.</param>
    /// <param name="ready">What it says when it captures.</param>
    /// <param name="command">What is run.</param>
    /// <param name="file">What it writes.</param>
    internal ProcessRun(IScene scene, string ready, string[] command, string file)
    {
        _file = file;
        _process = scene.Start(command);
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

    public Captured? Finish(long warmUp, bool countDoubled)
    {
        Tool.Run("kill", "-INT", _process.Id.ToString(CultureInfo.InvariantCulture));
        if (!_process.WaitForExit(Wait.Patience))
            throw new InvalidOperationException($"{_process.StartInfo.FileName} does not end when interrupted");
        var packets = long.Parse(ReferenceTools.Capinfos("-c", "-M", "-T", "-r", _file).Trim().Split('\t')[^1], CultureInfo.InvariantCulture);
        return new Captured(packets - warmUp, countDoubled && IsPcapng() ? CountDoubled(warmUp) : null);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        File.Delete(_file);
    }

    /// <summary>The sender numbers the warm-up and the flood from the same number on.</summary>
    private long CountDoubled(long warmUp)
    {
        var check = new SequenceCheck();
        using var reader = PcapngReader.Open(_file);
        while (reader.Read())
        {
            if (reader.BlockKind == PcapngBlockKind.Packet && --warmUp < 0)
                check.Add(reader.Packet.Data);
        }

        return check.Threads.Sum(thread => thread.Doubled);
    }

    private bool IsPcapng()
    {
        using var file = File.OpenRead(_file);
        return file.ReadByte() == 0x0a; // draft-ietf-opsawg-pcapng, section 4.1
    }

    private void Keep(string? line)
    {
        lock (_errors)
            _errors.Add(line ?? "");
    }
}
