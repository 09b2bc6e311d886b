namespace MgCap.Capture;

/// <summary>When a recorder is saved from without a call: as soon as one of the conditions that are given holds.</summary>
public sealed record RecorderTrigger
{
    /// <summary>As many as a recorder may have.</summary>
    public const int MaxCount = 16;

    /// <summary>The longest time after, in seconds.</summary>
    public const double MaxAfter = 3600;

    /// <summary>So many packets, or more, were captured within a second; null where they don't matter.</summary>
    public double? PacketsPerSecond { get; init; }

    /// <summary>The captured packets of a second had so many bits on the wire, or more; null where they don't matter.</summary>
    public double? BitsPerSecond { get; init; }

    /// <summary>pcap-filter(7) text: a captured packet matches; null where none does.</summary>
    public string? Filter { get; init; }

    /// <summary>A packet was lost.</summary>
    public bool Loss { get; init; }

    /// <summary>Seconds before that moment that are saved.</summary>
    public double Before { get; init; } = 10;

    /// <summary>Seconds after it that are saved.</summary>
    public double After { get; init; } = 5;

    /// <summary>Seconds from that moment on in which it does nothing more; at least until what came of it is saved.</summary>
    public double PauseSeconds { get; init; } = 60;
}
