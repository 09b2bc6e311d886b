namespace MgCap.Linux.Ethtool;

/// <summary>Reads a driver's own counters (ethtool -S). The names are read again when their number changes, as with queues. One thread at a time.</summary>
/// <param name="device">The interface.</param>
public sealed class DriverStatistics(EthtoolDevice device)
{
    private string[] _names = [];

    /// <summary>The sum of all counters with these names; a counter of each queue may have the same name.</summary>
    /// <param name="names">Without the white space around them.</param>
    /// <returns>null where the driver has none of them, or the interface is gone.</returns>
    public ulong? Sum(IReadOnlyCollection<string> names)
    {
        var count = device.StatisticsCount();
        if (count == 0)
            return null;
        if (_names.Length != count)
            _names = [.. (device.StatisticsNames(count) ?? []).Select(name => name.Trim())];
        if (device.StatisticsValues(count) is not { } values || values.Length != _names.Length)
            return null;
        ulong? sum = null;
        for (var i = 0; i < values.Length; i++)
        {
            if (names.Contains(_names[i]))
                sum = (sum ?? 0) + values[i];
        }

        return sum;
    }
}
