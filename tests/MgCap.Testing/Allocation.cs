namespace MgCap.Testing;

/// <summary>Measures what code allocates.</summary>
public static class Allocation
{
    private const int Rounds = 5;

    /// <summary>
    /// The fewest bytes that the calling thread allocates in one of several rounds: the runtime, which compiles code again as it
    /// gets warm, allocates on whatever thread it meets, but not each time.
    /// </summary>
    public static long Least(Action round)
    {
        ArgumentNullException.ThrowIfNull(round);
        var least = long.MaxValue;
        for (var i = 0; i < Rounds; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
