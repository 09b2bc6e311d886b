using System.Globalization;

namespace MgCap.Linux;

/// <summary>The processors that the kernel numbers.</summary>
public static class Processors
{
    private const string PossibleFile = "/sys/devices/system/cpu/possible";

    /// <summary>The number of processors that there may ever be: what runs on one has a number below this.</summary>
    public static int Possible { get; } = ParseLast(File.ReadAllText(PossibleFile)) + 1;

    // A list such as 0-3,8-11 (the kernel's admin-guide/cputopology.rst).
    private static int ParseLast(string list) => int.Parse(list.Trim().Split(',', '-')[^1], CultureInfo.InvariantCulture);
}
