namespace MgCap.Capture;

/// <summary>Why a capture can't be started or changed; the names are the API's stable codes.</summary>
public static class RefusalCode
{
    /// <summary>What is asked for makes no sense on this machine.</summary>
    public const string InvalidRequest = "invalid_request";
    /// <summary>There is no such interface.</summary>
    public const string InterfaceNotFound = "interface_not_found";
    /// <summary>The interface is not up.</summary>
    public const string InterfaceDown = "interface_down";
    /// <summary>Something else is where the engine would be.</summary>
    public const string InterfaceBusy = "interface_busy";
    /// <summary>Drop mode would cut off who asks for it, or the host.</summary>
    public const string DropRefused = "drop_refused";
    /// <summary>libpcap or the kernel does not take the filter.</summary>
    public const string FilterInvalid = "filter_invalid";
    /// <summary>The filter takes too long to compile.</summary>
    public const string FilterTooSlow = "filter_too_slow";
    /// <summary>No engine, or not the one asked for, can do what was asked.</summary>
    public const string EngineUnavailable = "engine_unavailable";
    /// <summary>The engine can't switch to that mode.</summary>
    public const string ModeUnsupported = "mode_unsupported";
    /// <summary>The device can't stamp received packets.</summary>
    public const string HwtstampUnsupported = "hwtstamp_unsupported";
    /// <summary>There is not so much memory.</summary>
    public const string RecorderTooLarge = "recorder_too_large";
    /// <summary>The capture is no recorder, or has ended.</summary>
    public const string CaptureNotRunning = "capture_not_running";
    /// <summary>There is no room for a capture.</summary>
    public const string StorageFull = "storage_full";
    /// <summary>The process lacks a capability.</summary>
    public const string PermissionDenied = "permission_denied";
}

/// <summary>A capture that is refused; the message says what to do.</summary>
/// <param name="code">One of <see cref="RefusalCode"/>.</param>
/// <param name="message">What is wrong and what to do, for people.</param>
/// <param name="inner">What it came from.</param>
public sealed class CaptureRefusedException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>One of <see cref="RefusalCode"/>.</summary>
    public string Code { get; } = code;

    /// <summary>For a call that the kernel refused for want of a capability.</summary>
    public static CaptureRefusedException MissingCapability(Exception inner) => new(
        RefusalCode.PermissionDenied,
        "Capturing needs the capability CAP_NET_RAW, the engine kmod CAP_NET_ADMIN as well, and the engine xdp CAP_NET_ADMIN, CAP_BPF and CAP_PERFMON. Run MgCap as root.",
        inner);
}
