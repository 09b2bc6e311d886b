using System.Globalization;

namespace MgCap.Testing;

/// <summary>What a process has used so far (proc(5)).</summary>
/// <param name="Cpu">Time on processors in user and kernel mode, all threads together; in steps of a clock tick (10 ms).</param>
/// <param name="ResidentBytes">VmRSS.</param>
/// <param name="PeakResidentBytes">VmHWM.</param>
public sealed record ProcessMetrics(TimeSpan Cpu, long ResidentBytes, long PeakResidentBytes)
{
    // What clear_refs of proc(5) takes for it.
    private const string ForgetPeak = "5";

    private static readonly double _ticksPerSecond = Native.sysconf(Native.ConfigurationClockTicks);

    /// <summary>Reads them now.</summary>
    public static ProcessMetrics Read(int processId)
    {
        // The second field is the program's name in parentheses and may hold anything; utime and stime are fields 14 and 15.
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = Number(fields[11]) + Number(fields[12]);
        var status = File.ReadAllLines($"/proc/{processId}/status");
        return new ProcessMetrics(TimeSpan.FromSeconds(ticks / _ticksPerSecond), Kilobytes(status, "VmRSS:"), Kilobytes(status, "VmHWM:"));
    }

    private static long Kilobytes(string[] status, string label)
    {
        var line = status.First(line => line.StartsWith(label, StringComparison.Ordinal));
        return Number(line[label.Length..].Replace("kB", "", StringComparison.Ordinal)) * 1024;
    }

    /// <summary>Reads them now, and lets the peak begin again at what is resident now.</summary>
    public static ProcessMetrics ReadAndForgetPeak(int processId)
    {
        File.WriteAllText($"/proc/{processId}/clear_refs", ForgetPeak);
        return Read(processId);
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
}
