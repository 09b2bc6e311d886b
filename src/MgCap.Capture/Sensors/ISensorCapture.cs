using MgCap.Capture.Engines;
using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Recent;
using MgCap.Capture.Statistics;
using MgCap.Capture.Storage;

namespace MgCap.Capture.Sensors;

/// <summary>A capture that runs at a sensor. Any thread.</summary>
public interface ISensorCapture
{
    /// <summary>The engine, and why that one.</summary>
    EngineChoice Engine { get; }

    /// <summary>How the engine does its work here, for people.</summary>
    string EngineDetail { get; }

    /// <summary>Whether <see cref="SetMode"/> takes drop.</summary>
    bool CanDrop { get; }

    /// <summary>Where the time stamps come from.</summary>
    TimestampSource TimestampSource { get; }

    /// <summary>The clock that stamps the packets, as far as it is known; null where the kernel stamps them.</summary>
    CaptureClock? Clock { get; }

    /// <summary>When the capture began.</summary>
    Timestamp StartedAt { get; }

    /// <summary>Its files that are there, oldest first; the last is the one that is written.</summary>
    IReadOnlyList<CaptureFileSummary> Files { get; }

    /// <summary>What they have together.</summary>
    CaptureFileSummary File { get; }

    /// <summary>How the file is written now.</summary>
    FileIo FileIo { get; }

    /// <summary>What happened to it until now, oldest first: the newest thousand.</summary>
    IReadOnlyList<CaptureEvent> Events { get; }

    /// <summary>Ends when the file is finished and everything is closed. Does not fail: what failed is in its result.</summary>
    Task<CaptureEnd> Ended { get; }

    /// <summary>Calls a handler with everything that happens to the capture, what happened before first. It must not wait or fail.</summary>
    void FollowEvents(Action<CaptureEvent> handler);

    /// <summary>
    /// Gives what is captured from now on to one more, which begins with a head of its own and is closed when the capture ends, or when it
    /// fails. It gets what the file has, on the thread that writes the file, and must not wait.
    /// </summary>
    /// <returns>false when the capture has ended; the sink is closed then.</returns>
    bool Join(ICaptureSink other);

    /// <summary>Makes a file of what a recorder has in memory, and of what comes for some time; the recorder goes on.</summary>
    /// <param name="span">What belongs to it.</param>
    /// <param name="target">Where the file is made.</param>
    /// <returns>What is in the file.</returns>
    /// <exception cref="CaptureRefusedException">capture_not_running, storage_full, permission_denied; nothing is left behind but what the folder may have.</exception>
    /// <exception cref="IOException">It can't be written.</exception>
    Task<RecoveredFile> SaveAsync(SavedSpan span, CaptureTarget target);

    /// <summary>Adds to its events what somebody else did with it.</summary>
    /// <param name="what">One of <see cref="CaptureEventKinds"/>.</param>
    /// <param name="detail">The same for people.</param>
    void Report(string what, string detail);

    /// <summary>Counts packets that a sink which joined could not keep, for want of speed.</summary>
    void CountLiveDropped(long packets);

    /// <summary>Asks for the end; <see cref="Ended"/> tells when it is reached. The first reason counts.</summary>
    void RequestStop(StopReason reason);

    /// <summary>Switches what becomes of captured packets, without a gap. Nothing changes once the capture has ended.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="guard">Who is not to be cut off by drop mode; null lets it cut off everyone.</param>
    /// <exception cref="CaptureRefusedException">mode_unsupported, or drop_refused.</exception>
    void SetMode(CaptureMode mode, DropGuard? guard = null);

    /// <summary>The account as it stands. With <paramref name="renewRates"/> the rates are taken again, since they last were.</summary>
    CaptureStatistics ReadStatistics(bool renewRates = false);
}
