using System.Diagnostics;

namespace MgCap.Web.Dissection.Search;

/// <summary>
/// How long a search may take. Processor time is what counts: a busy machine makes no filter too slow. An ordinary filter takes some 10 µs
/// for a packet.
/// </summary>
internal sealed class SearchLimits
{
    private static readonly TimeSpan _atFirst = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan _forEachPacket = TimeSpan.FromMicroseconds(250);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);

    private readonly Stopwatch _still = Stopwatch.StartNew();
    private TimeSpan _time;
    private long _fed;

    /// <summary>Whether it has used more than its packets are worth.</summary>
    /// <param name="used">Processor time.</param>
    /// <param name="packets">Packets that it has been through.</param>
    internal static bool IsTooSlow(TimeSpan used, long packets) => used > _atFirst + packets * _forEachPacket;

    /// <summary>Whether nothing has happened for long.</summary>
    /// <param name="used">Processor time.</param>
    /// <param name="fed">Bytes that it was given.</param>
    internal bool HasStopped(TimeSpan used, long fed)
    {
        if (used != _time || fed != _fed)
        {
            (_time, _fed) = (used, fed);
            _still.Restart();
        }

        return _still.Elapsed > _patience;
    }

    /// <summary>Says that the search waits for its readers.</summary>
    internal void Pause() => _still.Restart();
}
