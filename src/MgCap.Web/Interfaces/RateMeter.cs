using MgCap.Capture.Sensors;

namespace MgCap.Web.Interfaces;

/// <summary>Makes rates of two readings of the interfaces' counters. One thread at a time.</summary>
public sealed class RateMeter
{
    private const double BitsPerByte = 8;

    private Dictionary<int, InterfaceTraffic> _before = [];
    private TimeSpan _readAt;

    /// <summary>Forgets the reading before: the next one begins again.</summary>
    public void Reset() => _before = [];

    /// <summary>The rates since the reading before, of interfaces that were there then.</summary>
    /// <param name="links">The interfaces as they stand.</param>
    /// <param name="now">The time, by any clock that only goes on.</param>
    public IReadOnlyList<InterfaceRate> Read(IReadOnlyList<InterfaceTraffic> links, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(links);
        var before = _before;
        var seconds = (now - _readAt).TotalSeconds;
        _before = links.ToDictionary(link => link.Index);
        _readAt = now;
        return seconds <= 0 ? [] : [.. links.Where(link => before.ContainsKey(link.Index)).Select(link => Rate(before[link.Index], link, seconds))];
    }

    private static InterfaceRate Rate(InterfaceTraffic before, InterfaceTraffic now, double seconds)
    {
        return new InterfaceRate(
            now.Name,
            now.Index,
            now.IsUp,
            Per(before.ReceivedPackets, now.ReceivedPackets),
            Per(before.ReceivedBytes, now.ReceivedBytes) * BitsPerByte,
            Per(before.SentPackets, now.SentPackets),
            Per(before.SentBytes, now.SentBytes) * BitsPerByte);

        // Some drivers count from 0 again when they are reset.
        double Per(ulong from, ulong to) => to < from ? 0 : (to - from) / seconds;
    }
}
