using MgCap.Capture;

namespace MgCap.Web.Summaries;

/// <summary>How far a summary is.</summary>
public enum SummaryState
{
    /// <summary>It is being made; <see cref="CaptureSummary.Progress"/> says how far.</summary>
    Working,

    /// <summary>It is whole.</summary>
    Ready,
}

/// <summary>What is in a capture, in figures. While it is being made, all of them are still 0.</summary>
public sealed record CaptureSummary
{
    /// <summary>How far it is.</summary>
    public SummaryState State { get; init; }

    /// <summary>What part of the capture has been read, 0 to 1.</summary>
    public double Progress { get; init; }

    /// <summary>The earliest packet; null without packets.</summary>
    public Timestamp? FirstPacketAt { get; init; }

    /// <summary>The latest packet; null without packets.</summary>
    public Timestamp? LastPacketAt { get; init; }

    /// <summary>From the first packet to the last.</summary>
    public double DurationSeconds { get; init; }

    /// <summary>Packets.</summary>
    public long Packets { get; init; }

    /// <summary>Bytes that they had on the wire.</summary>
    public long WireBytes { get; init; }

    /// <summary>Bytes kept of them.</summary>
    public long CapturedBytes { get; init; }

    /// <summary>Packets per second, from the first packet to the last; null where that is less than a second, and so no rate.</summary>
    public double? AveragePacketsPerSecond { get; init; }

    /// <summary>Bits on the wire per second, likewise.</summary>
    public double? AverageBitsPerSecond { get; init; }

    /// <summary>Packets in the fullest second. Seconds are counted from the first packet; the last one may be incomplete.</summary>
    public long PeakPacketsPerSecond { get; init; }

    /// <summary>Bits on the wire in the fullest second.</summary>
    public long PeakBitsPerSecond { get; init; }

    /// <summary>Protocols by their packets, most first; ports tell those above TCP and UDP.</summary>
    public IReadOnlyList<ProtocolShare> Protocols { get; init; } = [];

    /// <summary>IP addresses by the bytes they sent and received, most first.</summary>
    public IReadOnlyList<AddressShare> Addresses { get; init; } = [];

    /// <summary>Conversations by their bytes, most first.</summary>
    public IReadOnlyList<Conversation> Conversations { get; init; } = [];

    /// <summary>Packets by their length on the wire.</summary>
    public IReadOnlyList<LengthShare> Lengths { get; init; } = [];

    /// <summary>Whether there were more addresses or conversations than are kept count of: small ones may then be missing or too small.</summary>
    public bool Truncated { get; init; }
}

/// <summary>A protocol's part of a capture.</summary>
/// <param name="Name">The protocol.</param>
/// <param name="Packets">Its packets.</param>
/// <param name="WireBytes">Their bytes on the wire.</param>
public sealed record ProtocolShare(string Name, long Packets, long WireBytes);

/// <summary>An address's part of a capture.</summary>
/// <param name="Address">The IP address.</param>
/// <param name="Packets">Packets from it and to it.</param>
/// <param name="WireBytes">Their bytes on the wire.</param>
public sealed record AddressShare(string Address, long Packets, long WireBytes);

/// <summary>Who talked with whom.</summary>
/// <param name="A">One end.</param>
/// <param name="B">The other end.</param>
/// <param name="Protocol">TCP, UDP or what else was in the IP packets.</param>
/// <param name="APort">One end's port; null where there are none.</param>
/// <param name="BPort">The other end's port; null where there are none.</param>
/// <param name="Packets">Packets both ways.</param>
/// <param name="WireBytes">Their bytes on the wire.</param>
public sealed record Conversation(string A, string B, string Protocol, int? APort, int? BPort, long Packets, long WireBytes);

/// <summary>Packets of about the same length.</summary>
/// <param name="From">The shortest, in bytes on the wire.</param>
/// <param name="To">The longest.</param>
/// <param name="Packets">How many.</param>
public sealed record LengthShare(long From, long To, long Packets);
