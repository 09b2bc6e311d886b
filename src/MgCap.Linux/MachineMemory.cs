using System.Globalization;

namespace MgCap.Linux;

/// <summary>The machine's memory.</summary>
public static class MachineMemory
{
    private const string Field = "MemAvailable:";
    private const long BytesPerUnit = 1024;

    /// <summary>Bytes that programs may take without pushing others out (proc_meminfo(5), MemAvailable), and no more than a control group has (.NET asks for that).</summary>
    public static long Available()
    {
        var line = File.ReadLines("/proc/meminfo").First(line => line.StartsWith(Field, StringComparison.Ordinal));
        var available = long.Parse(line[Field.Length..^"kB".Length].Trim(), CultureInfo.InvariantCulture) * BytesPerUnit;
        return Math.Min(available, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }
}
