using System.Runtime.InteropServices;

namespace MgCap.Web.Summaries;

/// <summary>Packets and bytes.</summary>
internal record struct Tally(long Packets, long WireBytes);

/// <summary>
/// Counts by key in bounded memory: when there are too many keys, the smaller half is forgotten, and the table says so. What is
/// large all the time stays.
/// </summary>
internal sealed class HeavyHitters<TKey>(int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, Tally> _tallies = [];

    /// <summary>Whether keys were forgotten.</summary>
    internal bool Truncated { get; private set; }

    internal void Add(in TKey key, long wireBytes)
    {
        ref var tally = ref CollectionsMarshal.GetValueRefOrAddDefault(_tallies, key, out _);
        tally.Packets++;
        tally.WireBytes += wireBytes;
        if (_tallies.Count > capacity)
            ForgetHalf();
    }

    /// <summary>The largest, by their bytes.</summary>
    internal IEnumerable<KeyValuePair<TKey, Tally>> Top(int count) => _tallies.OrderByDescending(each => each.Value.WireBytes).ThenByDescending(each => each.Value.Packets).Take(count);

    private void ForgetHalf()
    {
        Truncated = true;
        foreach (var (key, _) in _tallies.OrderBy(each => each.Value.WireBytes).Take(capacity / 2).ToList())
            _tallies.Remove(key);
    }
}
