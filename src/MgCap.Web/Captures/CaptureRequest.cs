using MgCap.Capture;
using MgCap.Web.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Captures;

/// <summary>The body that starts a capture; what is left out or null has its default.</summary>
public sealed record CaptureRequest
{
    /// <summary>The interface's name. Required.</summary>
    public string? Interface { get; init; }

    /// <summary>For people to find the capture by.</summary>
    public string? Name { get; init; }

    /// <summary>For people; also written into the file.</summary>
    public string? Comment { get; init; }

    /// <summary>auto (the default: the fastest that can do what is asked), or the name of an engine; GET /api/system lists them and what each can do.</summary>
    public string? Engine { get; init; }

    /// <summary>mirror (the default): packets also go on to the network stack; drop: captured packets go no further.</summary>
    public CaptureMode? Mode { get; init; }

    /// <summary>in, out or both; the default is both in mirror mode and in in drop mode.</summary>
    public CaptureDirection? Direction { get; init; }

    /// <summary>Bytes kept of each packet, 14 to 262144; the default is 96.</summary>
    public int? Snaplen { get; init; }

    /// <summary>pcap-filter(7) text of at most 65536 bytes; without one every packet is captured. Hosts and networks by address, unless MgCap:Filters:ResolveNames is set.</summary>
    public string? Filter { get; init; }

    /// <summary>Whether the interface also receives what is not addressed to it; the default is true.</summary>
    public bool? Promiscuous { get; init; }

    /// <summary>
    /// Whether time stamps are to come from the device. It is switched to make them for as long as the capture runs, and they are corrected
    /// to UTC by what its clock is measured to show; a device that can't is hwtstamp_unsupported.
    /// </summary>
    public bool? Hwtstamp { get; init; }

    /// <summary>Starts a capture in drop mode even where that cuts off this client's connection or the default route; otherwise that is drop_refused.</summary>
    public bool? Force { get; init; }

    /// <summary>When the capture ends by itself.</summary>
    public StopRequest? Stop { get; init; }

    /// <summary>When it begins a new file. Not in this version: leave it out, or leave its values 0.</summary>
    public RotateRequest? Rotate { get; init; }

    /// <summary>The settings that this asks for.</summary>
    /// <returns>The settings, or the answer that says what is wrong with them.</returns>
    public (CaptureSettings? Settings, ProblemHttpResult? Problem) ToSettings()
    {
        if (Interface is null)
            return (null, Problem.InvalidField("interface", "must be given"));
        var settings = new CaptureSettings
        {
            Interface = Interface,
            Name = Name ?? "",
            Comment = Comment ?? "",
            Engine = Engine ?? EngineNames.Auto,
            Mode = Mode ?? CaptureMode.Mirror,
            Direction = Direction,
            Snaplen = Snaplen ?? CaptureSettings.DefaultSnaplen,
            Filter = string.IsNullOrWhiteSpace(Filter) ? null : Filter,
            Promiscuous = Promiscuous ?? true,
            Hwtstamp = Hwtstamp ?? false,
            Stop = new StopConditions(Stop?.Packets ?? 0, Stop?.Bytes ?? 0, Stop?.Seconds ?? 0),
        };
        var errors = CaptureSettingsCheck.Check(settings).ToList();
        if (Rotate is { } rotate && (rotate.Bytes ?? 0, rotate.Seconds ?? 0, rotate.Files ?? 0) != (0, 0, 0))
            errors.Add(("rotate", "is not in this version; leave it out, or its values 0"));
        return errors.Count == 0 ? (settings, null) : (null, Problem.InvalidFields(errors));
    }
}

/// <summary>When a capture ends by itself; 0 is no limit. All count what was captured, after the filter.</summary>
/// <param name="Packets">Captured packets.</param>
/// <param name="Bytes">Captured bytes.</param>
/// <param name="Seconds">Time since the start.</param>
public sealed record StopRequest(long? Packets = null, long? Bytes = null, double? Seconds = null);

/// <summary>When a capture begins a new file.</summary>
/// <param name="Bytes">The file's length.</param>
/// <param name="Seconds">The time it covers.</param>
/// <param name="Files">Files that are kept.</param>
public sealed record RotateRequest(long? Bytes = null, double? Seconds = null, int? Files = null);

/// <summary>The body that changes a capture's mode.</summary>
/// <param name="Mode">mirror or drop.</param>
/// <param name="Force">Switches to drop even where that cuts off this client or the default route.</param>
public sealed record ModeRequest(CaptureMode? Mode = null, bool? Force = null);

/// <summary>The body that changes what people call a capture; what is left out or null stays.</summary>
/// <param name="Name">For people to find it by.</param>
/// <param name="Comment">For people.</param>
public sealed record CapturePatch(string? Name = null, string? Comment = null);
