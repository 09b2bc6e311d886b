using MgCap.Capture;
using MgCap.Capture.Engines;
using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Statistics;

namespace MgCap.Cli;

/// <summary>What <c>mgcap dump --json</c> says at the end; the names are those of the API's capture.</summary>
internal sealed record DumpSummary(
    string Interface,
    IReadOnlyList<string> Interfaces,
    string Engine,
    string EngineDetail,
    string EngineReason,
    CaptureMode Mode,
    CaptureDirection Direction,
    int Snaplen,
    string? Filter,
    TimestampSource TimestampSource,
    CaptureClock? Clock,
    FileIo FileIo,
    Timestamp StartedAt,
    Timestamp StoppedAt,
    StopReason StopReason,
    string? Error,
    IReadOnlyList<CaptureFileSummary> Files,
    IReadOnlyList<CaptureEvent> Events,
    CaptureStatistics Statistics)
{
    internal static DumpSummary Of(CaptureSettings settings, string file, CaptureSession session, CaptureEnd end) => new(
        settings.Interface,
        settings.Interfaces,
        session.Engine.Name,
        session.EngineDetail,
        session.Engine.Reason,
        settings.Mode,
        settings.EffectiveDirection,
        settings.Snaplen,
        settings.Filter,
        session.TimestampSource,
        session.Clock,
        session.FileIo,
        session.StartedAt,
        end.At,
        end.Reason,
        end.Error,
        [.. session.Files.Select(each => each with { Name = each.Name == "" ? file : each.Name })],
        session.Events,
        session.ReadStatistics().WithoutRates());
}
