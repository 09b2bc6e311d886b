using MgCap.Capture;
using MgCap.Web.Catalogue;

namespace MgCap.Web.Captures;

/// <content>What is logged: one line for a capture's start, one for its end with its full accounting.</content>
public sealed partial class CaptureService
{
    [LoggerMessage(1, LogLevel.Information,
        "Capture {Id} started on {InterfaceName}: engine {Engine} ({EngineDetail}), mode {Mode}, direction {Direction}, snaplen {Snaplen}, filter {Filter}")]
    private partial void LogStarted(
        Guid id, string interfaceName, string engine, string engineDetail, CaptureMode mode, CaptureDirection direction, int snaplen, string? filter);

    [LoggerMessage(2, LogLevel.Information,
        "Capture {Id} on {InterfaceName} ended {State} ({StopReason}): received {Received} = filtered {Filtered} + captured {Captured} + dropped ring {RingDropped} + dropped writer {WriterDropped}; dropped nic {NicDropped}; captured bytes {CapturedBytes}, wire bytes {WireBytes}, file bytes {FileBytes}; error {Error}")]
    private partial void LogEnded(
        Guid id, string interfaceName, CaptureState state, StopReason? stopReason, long received, long filtered, long captured, long nicDropped, long ringDropped,
        long writerDropped, long capturedBytes, long wireBytes, long fileBytes, string? error);

    [LoggerMessage(3, LogLevel.Information, "Capture {Id} deleted")]
    private partial void LogDeleted(Guid id);

    [LoggerMessage(4, LogLevel.Error, "Capture {Id} could not be entered into the catalogue; it stays listed and is tried again")]
    private partial void LogNotSaved(Exception exception, Guid id);

    [LoggerMessage(5, LogLevel.Information, "Capture {Id} switched to mode {Mode}")]
    private partial void LogModeSet(Guid id, CaptureMode mode);

    [LoggerMessage(6, LogLevel.Warning, "Capture {Id}: {What}, {Detail}")]
    private partial void LogEvent(Guid id, string what, string detail);
}
