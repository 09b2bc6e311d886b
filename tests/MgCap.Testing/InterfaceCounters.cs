using System.Globalization;

namespace MgCap.Testing;

/// <summary>What the kernel has counted at an interface (statistics.rst in its documentation).</summary>
/// <param name="Packets">Received packets.</param>
/// <param name="Bytes">Received bytes.</param>
/// <param name="Dropped">Packets lost before they counted as received.</param>
/// <param name="Unsent">Packets that were to be sent and lost; a veth whose peer's queue is full (NAPI) counts here, not there.</param>
public sealed record InterfaceCounters(long Packets, long Bytes, long Dropped, long Unsent)
{
    /// <summary>Reads them now.</summary>
    public static InterfaceCounters Read(NetworkNamespace network, string interfaceName)
    {
        ArgumentNullException.ThrowIfNull(network);
        var label = interfaceName + ":";
        var lines = network.Run(() => File.ReadAllLines("/proc/thread-self/net/dev"));
        var line = lines.FirstOrDefault(line => line.TrimStart().StartsWith(label, StringComparison.Ordinal))
            ?? throw new ArgumentException($"{network.Name} has no interface {interfaceName}", nameof(interfaceName));
        // Columns: bytes packets errs drop fifo frame compressed multicast, and the same for sending.
        var columns = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new InterfaceCounters(Number(columns[1]), Number(columns[0]), Number(columns[3]), Number(columns[11]));
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
