using System.Text.Json.Serialization;

namespace MgCap.Capture;

/// <summary>What becomes of a packet after it was captured.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<CaptureMode>))]
public enum CaptureMode
{
    /// <summary>It goes on to the network stack.</summary>
    Mirror,
    /// <summary>It goes no further.</summary>
    Drop,
}

/// <summary>Which packets are captured, seen from the host.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<CaptureDirection>))]
public enum CaptureDirection
{
    /// <summary>Received ones.</summary>
    In,
    /// <summary>Sent ones.</summary>
    Out,
    /// <summary>Received and sent ones.</summary>
    Both,
}

/// <summary>When a capture ends by itself. All count what was captured, after the filter; 0 is no limit.</summary>
/// <param name="Packets">Captured packets.</param>
/// <param name="Bytes">Captured bytes, without what the file puts around the packets; the packet that reaches the limit is kept whole.</param>
/// <param name="Seconds">Time since the start, with or without traffic.</param>
public sealed record StopConditions(long Packets = 0, long Bytes = 0, double Seconds = 0);

/// <summary>What to capture, and how.</summary>
public sealed record CaptureSettings
{
    /// <summary>The shortest snap length: an Ethernet header.</summary>
    public const int MinSnaplen = 14;

    /// <summary>The longest snap length, that of libpcap (MAXIMUM_SNAPLEN).</summary>
    public const int MaxSnaplen = 262144;

    /// <summary>The snap length of the original mgcap.</summary>
    public const int DefaultSnaplen = 96;

    /// <summary>The most interfaces of one capture.</summary>
    public const int MaxInterfaces = 16;

    private const string Separator = ", ";

    /// <summary>The interface's name; where there are several, their names with a comma and a space between.</summary>
    public string Interface
    {
        get => Joined(Interfaces);
        init => Interfaces = [value];
    }

    /// <summary>The interfaces' names, of which there is one at least.</summary>
    public IReadOnlyList<string> Interfaces { get; init; } = [];

    /// <summary>For people to find the capture by.</summary>
    public string Name { get; init; } = "";

    /// <summary>For people; also written into the file.</summary>
    public string Comment { get; init; } = "";

    /// <summary>The engine that was asked for (<see cref="EngineNames"/>).</summary>
    public string Engine { get; init; } = EngineNames.Auto;

    /// <summary>What becomes of captured packets.</summary>
    public CaptureMode Mode { get; init; } = CaptureMode.Mirror;

    /// <summary>Which packets; null for both in mirror mode and in in drop mode.</summary>
    public CaptureDirection? Direction { get; init; }

    /// <summary>Bytes kept of each packet.</summary>
    public int Snaplen { get; init; } = DefaultSnaplen;

    /// <summary>pcap-filter(7) text; null or empty for every packet.</summary>
    public string? Filter { get; init; }

    /// <summary>The filter as it was compiled ahead for each interface (<see cref="Filtering.CaptureFilter.CompileAheadAsync"/>); null to compile it at the start, in this process.</summary>
    internal IReadOnlyList<Filtering.CompiledFilter>? Compiled { get; init; }

    /// <summary>Whether the interface also receives what is not addressed to it.</summary>
    public bool Promiscuous { get; init; } = true;

    /// <summary>Whether time stamps are to come from the device.</summary>
    public bool Hwtstamp { get; init; }

    /// <summary>When the capture ends by itself.</summary>
    public StopConditions Stop { get; init; } = new();

    /// <summary>What is kept in memory where it is a flight recorder, which writes nothing until it is asked to; null where it has files.</summary>
    public RecorderSettings? Recorder { get; init; }

    /// <summary>When a recorder is saved from without a call.</summary>
    public IReadOnlyList<RecorderTrigger> Triggers { get; init; } = [];

    /// <summary>When it begins a new file; null where it has one.</summary>
    public Rotation? Rotate { get; init; }

    /// <summary>The names of several interfaces as one text; none has white space (dev_valid_name in net/core/dev.c).</summary>
    public static string Joined(IEnumerable<string> names) => string.Join(Separator, names);

    /// <summary>The names of which <see cref="Joined"/> has made a text.</summary>
    public static IReadOnlyList<string> Split(string interfaces)
    {
        ArgumentNullException.ThrowIfNull(interfaces);
        return interfaces.Split(Separator);
    }

    /// <summary><see cref="Direction"/> with its default filled in.</summary>
    public CaptureDirection EffectiveDirection =>
        Direction ?? (Mode == CaptureMode.Drop ? CaptureDirection.In : CaptureDirection.Both);
}
