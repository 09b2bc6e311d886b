namespace MgCap.Web.Summaries;

/// <summary>
/// Finds the fullest of the whole seconds from a capture's first packet on, as tshark's <c>-z io,stat,1</c> counts them: a second's packets
/// are those that came in it, however few. Packets may be out of order by some seconds; those of one second are still counted together.
/// </summary>
/// <param name="start">The first packet's time, in nanoseconds.</param>
internal struct PeakSecond(long start)
{
    private const long Second = 1_000_000_000;
    private const int Open = 16;

    private readonly (long Second, Tally Tally)[] _open = [.. Enumerable.Repeat((long.MinValue, default(Tally)), Open)];
    private Tally _fullest;

    /// <summary>Packets of the second that had most, and bytes of the one that had most of these; 0 before the first packet.</summary>
    internal readonly Tally Fullest => _fullest;

    /// <summary>Takes a packet.</summary>
    /// <param name="time">When it came, in nanoseconds.</param>
    /// <param name="wireBytes">Its length on the wire.</param>
    internal void Add(long time, long wireBytes)
    {
        var (second, rest) = Math.DivRem(time - start, Second);
        if (rest < 0)
            second--;
        ref var slot = ref _open[second & (Open - 1)];
        if (slot.Second != second)
            slot = (second, default);
        slot.Tally.Packets++;
        slot.Tally.WireBytes += wireBytes;
        _fullest = new Tally(Math.Max(_fullest.Packets, slot.Tally.Packets), Math.Max(_fullest.WireBytes, slot.Tally.WireBytes));
    }
}
