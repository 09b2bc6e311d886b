namespace MgCap.Capture.Pcapng;

/// <summary>
/// What an Interface Statistics Block counts, from the start of the file (draft-ietf-opsawg-pcapng section 4.6).
/// Every count and time is always written; a count or time that is missing from a file that is read is 0.
/// </summary>
public readonly record struct InterfaceStatistics
{
    /// <summary>The interface's number in its section, from 0.</summary>
    public int InterfaceId { get; init; }

    /// <summary>When these counts were taken.</summary>
    public Timestamp At { get; init; }

    /// <summary>isb_starttime: when counting began; of a capture with several files, when this file did.</summary>
    public Timestamp StartTime { get; init; }

    /// <summary>isb_endtime: when the capture ended, or these counts did.</summary>
    public Timestamp EndTime { get; init; }

    /// <summary>isb_ifrecv: packets the interface received.</summary>
    public ulong Received { get; init; }

    /// <summary>isb_ifdrop: packets the interface lost for want of resources.</summary>
    public ulong InterfaceDropped { get; init; }

    /// <summary>isb_filteraccept: packets the filter accepted.</summary>
    public ulong FilterAccepted { get; init; }

    /// <summary>isb_osdrop: accepted packets the operating system lost.</summary>
    public ulong OperatingSystemDropped { get; init; }

    /// <summary>isb_usrdeliv: packets that came through to the program.</summary>
    public ulong UserDelivered { get; init; }

    /// <summary>opt_comment: anything, for people; of several the first. Not written where it is null or empty.</summary>
    public string? Comment { get; init; }
}
