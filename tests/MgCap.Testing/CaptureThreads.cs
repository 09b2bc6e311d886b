using System.Globalization;

namespace MgCap.Testing;

/// <summary>The threads of a process that capture on an interface: one reads the rings, one writes the file.</summary>
public static class CaptureThreads
{
    /// <summary>Their folders below /proc.</summary>
    public static IReadOnlyList<string> Of(int process, string interfaceName) =>
        [.. Directory.GetDirectories($"/proc/{process}/task").Where(thread => IsOne(thread, interfaceName))];

    /// <summary>Time on a processor, which the kernel counts exactly (sched-stats.rst); in stat it only counts ticks.</summary>
    public static TimeSpan CpuTime(int process, string interfaceName) => TimeSpan.FromMicroseconds(
        Of(process, interfaceName).Sum(thread => double.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture)) / 1000);

    private static bool IsOne(string thread, string interfaceName)
    {
        try
        {
            var name = File.ReadAllText(Path.Combine(thread, "comm")).Trim();
            return name == $"rings {interfaceName}" || name == $"file {interfaceName}";
        }
        catch (IOException)
        {
            return false; // Ended since it was listed.
        }
    }
}
