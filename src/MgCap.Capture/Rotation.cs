namespace MgCap.Capture;

/// <summary>When a capture begins a new file, and how many it keeps. What is 0 is no limit; with several, the first that is reached counts.</summary>
/// <param name="Bytes">A file's length; the packet that reaches it is kept whole.</param>
/// <param name="Seconds">A file's time, by the clock and not by traffic: a file without packets is a file.</param>
/// <param name="Packets">A file's packets.</param>
/// <param name="Files">Files that are kept, with the one that is written: the oldest are removed.</param>
/// <param name="Align">Whether files begin at whole multiples of <paramref name="Seconds"/> since 1970-01-01 UTC.</param>
public sealed record Rotation(long Bytes = 0, double Seconds = 0, long Packets = 0, int Files = 0, bool Align = false)
{
    /// <summary>The shortest file that may be asked for, in bytes.</summary>
    public const long MinBytes = 64 * 1024;

    /// <summary>The shortest time that may be asked for.</summary>
    public const double MinSeconds = 0.1;

    /// <summary>The most files that may be kept; every look at a capture goes over all of them.</summary>
    public const int MaxFiles = 100_000;
}
