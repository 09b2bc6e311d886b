namespace MgCap.Capture.Pcapng;

/// <summary>A PCAP-NG file is damaged: where, and what is wrong there.</summary>
public sealed class PcapngFormatException : IOException
{
    /// <summary>Says where the file is damaged and how.</summary>
    /// <param name="offset">Where the damaged block starts, in bytes from where reading began.</param>
    /// <param name="problem">What is wrong there, for people.</param>
    /// <param name="truncated">Whether all that is wrong is that the file ends within the block.</param>
    public PcapngFormatException(long offset, string problem, bool truncated = false)
        : base($"damaged PCAP-NG at byte {offset}: {problem}")
    {
        Offset = offset;
        Problem = problem;
        IsTruncated = truncated;
    }

    /// <summary>Where the damaged block starts, in bytes from where reading began.</summary>
    public long Offset { get; }

    /// <summary>What is wrong there, for people.</summary>
    public string Problem { get; }

    /// <summary>
    /// Whether the file merely ends within the block, as one does that was cut, or that is being written at this moment.
    /// </summary>
    public bool IsTruncated { get; }
}
