using MgCap.Capture;
using MgCap.Web.Api;
using MgCap.Web.Catalogue;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Captures;

/// <summary>The body that starts a capture; what is left out or null has its default.</summary>
public sealed record CaptureRequest
{
    /// <summary>The interface's name. This or interfaces is required.</summary>
    public string? Interface { get; init; }

    /// <summary>The names of several interfaces, at most 16, whose packets start alike (linkType of GET /api/interfaces): one file has the packets of all, in order of time.</summary>
    public IReadOnlyList<string>? Interfaces { get; init; }

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

    /// <summary>Whether it asks for what may cut off an interface, or switches a device.</summary>
    internal bool IsForAdmins => Force == true || Hwtstamp == true;

    /// <summary>When the capture ends by itself.</summary>
    public StopRequest? Stop { get; init; }

    /// <summary>When it begins a new file, and how many files it keeps; without it, or where all of it is 0, the capture is one file.</summary>
    public RotateRequest? Rotate { get; init; }

    /// <summary>file (the default): packets go to files; recorder: to memory, which has the newest, until some are saved.</summary>
    public CaptureKind? Kind { get; init; }

    /// <summary>What a recorder keeps; without it 256 MiB.</summary>
    public RecorderRequest? Recorder { get; init; }

    /// <summary>When a recorder is saved from without a call, at most 16.</summary>
    public IReadOnlyList<TriggerRequest>? Triggers { get; init; }

    /// <summary>The settings that this asks for.</summary>
    /// <returns>The settings, or the answer that says what is wrong with them.</returns>
    public (CaptureSettings? Settings, ProblemHttpResult? Problem) ToSettings()
    {
        var (settings, errors) = Read();
        return settings is null ? (null, Problem.InvalidFields(errors)) : (settings, null);
    }

    /// <summary>The settings that this asks for, or what is wrong with them, by field.</summary>
    internal (CaptureSettings? Settings, IReadOnlyList<(string Field, string Message)> Errors) Read()
    {
        if (Interface is null && Interfaces is null)
            return (null, [("interface", "must be given")]);
        if (Interface is not null && Interfaces is not null)
            return (null, [("interfaces", "are instead of interface: give one of them")]);
        var settings = new CaptureSettings
        {
            Interfaces = Interfaces is null ? [Interface!] : [.. Interfaces.Select(name => name ?? "")],
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
            Rotate = Rotate?.ToRotation(),
            Recorder = Kind == CaptureKind.Recorder ? new RecorderSettings(Recorder?.Seconds ?? 0, Recorder?.Bytes ?? RecorderSettings.DefaultBytes) : null,
            Triggers = [.. Triggers?.Select(trigger => (trigger ?? new TriggerRequest()).ToTrigger()) ?? []],
        };
        var errors = CaptureSettingsCheck.Check(settings).ToList();
        if (Recorder is not null && Kind != CaptureKind.Recorder)
            errors.Add(("recorder", "is for captures of kind recorder"));
        if (settings.Rotate is not null && Rotate?.Files == 0)
            errors.Add(("rotate.files", $"must be from 1 to {Rotation.MaxFiles} files; without it every file is kept"));
        return errors.Count == 0 ? (settings, errors) : (null, errors);
    }
}

/// <summary>When a capture ends by itself; 0 is no limit. All count what was captured, after the filter.</summary>
/// <param name="Packets">Captured packets.</param>
/// <param name="Bytes">Captured bytes.</param>
/// <param name="Seconds">Time since the start.</param>
public sealed record StopRequest(long? Packets = null, long? Bytes = null, double? Seconds = null);

/// <summary>When a capture begins a new file; the first that is reached counts, and 0 is no limit.</summary>
/// <param name="Bytes">The file's length, at least 65536; the packet that reaches it is kept whole.</param>
/// <param name="Seconds">The file's time, at least 0.1, by the clock: with or without traffic.</param>
/// <param name="Packets">The file's packets.</param>
/// <param name="Files">Files that are kept, with the one that is written; the oldest are removed. Without it all are kept.</param>
/// <param name="Align">Whether files begin at whole multiples of seconds since 1970-01-01 UTC: with 3600, at each full hour.</param>
public sealed record RotateRequest(long? Bytes = null, double? Seconds = null, long? Packets = null, int? Files = null, bool? Align = null)
{
    /// <returns>null where nothing is asked for.</returns>
    internal Rotation? ToRotation() => new Rotation(Bytes ?? 0, Seconds ?? 0, Packets ?? 0, Files ?? 0, Align ?? false) is var asked && asked != new Rotation() ? asked : null;
}

/// <summary>What a recorder keeps, the newest.</summary>
/// <param name="Seconds">How long; 0 or nothing for as long as there is room.</param>
/// <param name="Bytes">Bytes of memory, used to the next multiple of 32 MiB and taken as packets come.</param>
public sealed record RecorderRequest(double? Seconds = null, long? Bytes = null);

/// <summary>When a recorder is saved from without a call: as soon as one of the conditions that are given holds.</summary>
/// <param name="PacketsPerSecond">So many packets, or more, were captured within a second.</param>
/// <param name="BitsPerSecond">The captured packets of a second had so many bits on the wire, or more.</param>
/// <param name="Filter">A captured packet matches this pcap-filter(7).</param>
/// <param name="Loss">A packet was lost.</param>
/// <param name="Before">Seconds before that moment that are saved; the default is 10.</param>
/// <param name="After">Seconds after it that are saved, at most 3600; the default is 5.</param>
/// <param name="PauseSeconds">Seconds from that moment on in which it does nothing more; the default is 60.</param>
public sealed record TriggerRequest(
    double? PacketsPerSecond = null, double? BitsPerSecond = null, string? Filter = null, bool? Loss = null, double? Before = null, double? After = null, double? PauseSeconds = null)
{
    internal RecorderTrigger ToTrigger()
    {
        var usual = new RecorderTrigger();
        return new RecorderTrigger
        {
            PacketsPerSecond = PacketsPerSecond,
            BitsPerSecond = BitsPerSecond,
            Filter = string.IsNullOrWhiteSpace(Filter) ? null : Filter,
            Loss = Loss ?? false,
            Before = Before ?? usual.Before,
            After = After ?? usual.After,
            PauseSeconds = PauseSeconds ?? usual.PauseSeconds,
        };
    }
}

/// <summary>The body that saves what a recorder has.</summary>
/// <param name="Before">Seconds before now; without it everything.</param>
/// <param name="After">Seconds from now on; the answer comes after them.</param>
/// <param name="Name">What the capture that is made is called.</param>
public sealed record SaveRequest(double? Before = null, double? After = null, string? Name = null)
{
    /// <summary>Says what is wrong, by field.</summary>
    internal IEnumerable<(string Field, string Message)> Problems()
    {
        if (Before is not (null or (> 0 and <= CaptureSettingsCheck.MaxSeconds)))
            yield return ("before", $"must be more than 0 and at most {CaptureSettingsCheck.MaxSeconds:F0} seconds; without it everything is saved");
        if (After is not (null or (>= 0 and <= RecorderTrigger.MaxAfter)))
            yield return ("after", $"must be from 0 to {RecorderTrigger.MaxAfter} seconds");
        foreach (var problem in CaptureSettingsCheck.CheckTexts(Name ?? "", ""))
            yield return problem;
    }
}

/// <summary>The body that changes a capture's mode.</summary>
/// <param name="Mode">mirror or drop.</param>
/// <param name="Force">Switches to drop even where that cuts off this client or the default route.</param>
public sealed record ModeRequest(CaptureMode? Mode = null, bool? Force = null);

/// <summary>The body that changes what people say of a capture; what is left out or null stays.</summary>
/// <param name="Name">For people to find it by.</param>
/// <param name="Comment">For people.</param>
/// <param name="Pinned">Whether it stays, whatever MgCap:Retention says; only somebody who deletes it removes it then.</param>
public sealed record CapturePatch(string? Name = null, string? Comment = null, bool? Pinned = null)
{
    /// <summary>The capture with what this changes.</summary>
    internal CaptureRecord Apply(CaptureRecord record) =>
        record with { Name = Name ?? record.Name, Comment = Comment ?? record.Comment, Pinned = Pinned ?? record.Pinned };
}
