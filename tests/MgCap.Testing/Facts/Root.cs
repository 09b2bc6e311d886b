using System.Globalization;

namespace MgCap.Testing;

/// <summary>What this process may do, by its effective capabilities (capabilities(7), proc_pid_status(5)).</summary>
public static class Root
{
    private const ulong NetworkAdministration = 1UL << 12; // CAP_NET_ADMIN
    private const ulong SystemAdministration = 1UL << 21;  // CAP_SYS_ADMIN

    /// <summary>Why tests that need root's rights are skipped; null where this process has them. Nothing is made to find out.</summary>
    public static string? SkipReason { get; } = Find();

    private static string? Find()
    {
        if (!Environment.IsPrivilegedProcess)
            return "needs root: it makes network namespaces, captures or mounts";

        const string field = "CapEff:";
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        var effective = ulong.Parse(line.AsSpan(field.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        const ulong needed = NetworkAdministration | SystemAdministration;
        return (effective & needed) == needed ? null : "needs CAP_NET_ADMIN and CAP_SYS_ADMIN, which root lacks here, as in most containers";
    }
}
