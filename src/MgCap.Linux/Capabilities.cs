using System.Globalization;

namespace MgCap.Linux;

/// <summary>What a thread may do beyond others (capabilities(7)).</summary>
public static class Capabilities
{
    private const int NetRaw = 13;
    private const int SysAdmin = 21;
    private const int Perfmon = 38;

    /// <summary>Whether BPF programs of the calling thread may compute with addresses (CAP_PERFMON, or CAP_SYS_ADMIN).</summary>
    public static bool MayComputeAddresses => Has(Perfmon) || Has(SysAdmin);

    /// <summary>Whether the calling thread may open packet sockets (CAP_NET_RAW).</summary>
    public static bool MayOpenPacketSockets => Has(NetRaw);

    private static bool Has(int capability)
    {
        const string Effective = "CapEff:";
        var line = File.ReadLines("/proc/thread-self/status").First(line => line.StartsWith(Effective, StringComparison.Ordinal));
        return (ulong.Parse(line.AsSpan(Effective.Length).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) >> capability & 1) != 0;
    }
}
