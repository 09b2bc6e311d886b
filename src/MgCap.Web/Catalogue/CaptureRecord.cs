using MgCap.Capture;
using MgCap.Capture.Engines;
using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Statistics;
using MgCap.Capture.Storage;

namespace MgCap.Web.Catalogue;

/// <summary>Where a capture stands.</summary>
public enum CaptureState
{
    /// <summary>It is being started.</summary>
    Starting,
    /// <summary>It captures.</summary>
    Running,
    /// <summary>It is a recorder, and captures into memory.</summary>
    Armed,
    /// <summary>It was asked to end and finishes its file.</summary>
    Stopping,
    /// <summary>It ended.</summary>
    Stopped,
    /// <summary>It ended because something failed.</summary>
    Failed,
    /// <summary>Its process died; what was on disk was made valid.</summary>
    Recovered,
}

/// <summary>Where a capture's packets go.</summary>
public enum CaptureKind
{
    /// <summary>To files.</summary>
    File,
    /// <summary>To memory, which has the newest; what is to be kept is saved from there, as a capture of its own.</summary>
    Recorder,
}

/// <summary>Where a file of a capture stands.</summary>
public enum CaptureFileState
{
    /// <summary>It changes no more.</summary>
    Finished,
    /// <summary>It is written.</summary>
    Writing,
}

/// <summary>A file of a capture.</summary>
/// <param name="Name">Its name in the capture's folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Packets">Packets in it.</param>
/// <param name="FirstPacketAt">The earliest packet; null without packets.</param>
/// <param name="LastPacketAt">The latest packet; null without packets.</param>
/// <param name="State">Whether it is still written.</param>
/// <param name="StoredBytes">What it takes on the disk, compressed; null where it is not. What is read from it is what was captured.</param>
public sealed record CaptureFileInfo(
    string Name, long Bytes, long Packets, Timestamp? FirstPacketAt, Timestamp? LastPacketAt, CaptureFileState State = CaptureFileState.Finished, long? StoredBytes = null)
{
    /// <summary>Says it of a file.</summary>
    public static CaptureFileInfo Of(CaptureFileSummary file, CaptureFileState state = CaptureFileState.Finished)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new CaptureFileInfo(Path.GetFileName(file.Name), file.Bytes, file.Packets, file.FirstPacketAt, file.LastPacketAt, state);
    }
}

/// <summary>A capture as the API tells of it and the catalogue keeps it.</summary>
public sealed record CaptureRecord
{
    /// <summary>Its id; ids of later captures sort later.</summary>
    public required Guid Id { get; init; }

    /// <summary>For people to find it by.</summary>
    public string Name { get; init; } = "";

    /// <summary>For people.</summary>
    public string Comment { get; init; } = "";

    /// <summary>Who started it, whose it is; empty where that is not known.</summary>
    public string Owner { get; init; } = "";

    /// <summary>The interface's name when the capture started; where there are several, their names with a comma and a space between.</summary>
    public required string Interface { get; init; }

    /// <summary>The interfaces' names when the capture started.</summary>
    public IReadOnlyList<string> Interfaces => CaptureSettings.Split(Interface);

    /// <summary>The engine that captures; auto where it is not known any more.</summary>
    public required string Engine { get; init; }

    /// <summary>How the engine does its work here; for xdp: native (in the driver), generic (behind it) or tcx (in the network stack), and where sent packets are seen and dropped.</summary>
    public string EngineDetail { get; init; } = "";

    /// <summary>Why that engine; with auto, why not those that are faster.</summary>
    public string EngineReason { get; init; } = "";

    /// <summary>Whether captured packets can be dropped: what the page offers to switch to.</summary>
    public bool CanDrop { get; init; }

    /// <summary>What becomes of captured packets.</summary>
    public CaptureMode Mode { get; init; }

    /// <summary>Which packets are captured.</summary>
    public CaptureDirection Direction { get; init; }

    /// <summary>Bytes kept of each packet.</summary>
    public int Snaplen { get; init; }

    /// <summary>pcap-filter(7) text; null for every packet.</summary>
    public string? Filter { get; init; }

    /// <summary>Whether the interface was made promiscuous.</summary>
    public bool Promiscuous { get; init; }

    /// <summary>Whether hardware time stamps were asked for.</summary>
    public bool Hwtstamp { get; init; }

    /// <summary>Where the time stamps come from.</summary>
    public TimestampSource TimestampSource { get; init; }

    /// <summary>The device's clock that makes the time stamps, which are corrected to UTC by it; null where the kernel makes them.</summary>
    public CaptureClock? Clock { get; init; }

    /// <summary>How its file is written: direct goes past the page cache, where the file system can.</summary>
    public FileIo FileIo { get; init; }

    /// <summary>Where it stands.</summary>
    public required CaptureState State { get; init; }

    /// <summary>When it started.</summary>
    public required Timestamp StartedAt { get; init; }

    /// <summary>When it ended; null while it has not.</summary>
    public Timestamp? StoppedAt { get; init; }

    /// <summary>Why it ended; null while it has not.</summary>
    public StopReason? StopReason { get; init; }

    /// <summary>What failed; null where nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>When it ends by itself.</summary>
    public StopConditions Stop { get; init; } = new();

    /// <summary>When it begins a new file, and how many it keeps; null where it has one.</summary>
    public Rotation? Rotate { get; init; }

    /// <summary>Where its packets go.</summary>
    public CaptureKind Kind { get; init; }

    /// <summary>What a recorder keeps; null where it is none.</summary>
    public RecorderSettings? Recorder { get; init; }

    /// <summary>When a recorder is saved from without a call.</summary>
    public IReadOnlyList<RecorderTrigger> Triggers { get; init; } = [];

    /// <summary>Whether packets are captured.</summary>
    internal bool IsCapturing => State is CaptureState.Running or CaptureState.Armed;

    /// <summary>Whether it stays, whatever MgCap:Retention says.</summary>
    public bool Pinned { get; init; }

    /// <summary>Its files, in order of time.</summary>
    public IReadOnlyList<CaptureFileInfo> Files { get; init; } = [];

    /// <summary>How they are kept.</summary>
    public CaptureCompression Compression => Files.Any(file => file.StoredBytes is not null) ? CaptureCompression.Zstd : CaptureCompression.None;

    /// <summary>What happened to it while it ran, as that its interface went down and up again; oldest first, no more than the newest thousand.</summary>
    public IReadOnlyList<CaptureEvent> Events { get; init; } = [];

    /// <summary>What it has counted.</summary>
    public CaptureStatistics Statistics { get; init; } = CaptureStatistics.None;
}
