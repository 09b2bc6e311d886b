using MgCap.Capture;

namespace MgCap.Web.Api;

/// <summary>A failure that the API can answer with: its stable code, its status and what it means.</summary>
/// <param name="Code">The code.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">What it means, for people.</param>
public sealed record ProblemCode(string Code, int Status, string Title)
{
    /// <summary>What an answer's <c>detail</c> may say; for the OpenAPI document.</summary>
    public string ExampleDetail { get; init; } = "What is wrong, and what to do.";

    /// <summary>The body or the query breaks the rules; <c>errors</c> says which field and why.</summary>
    public static readonly ProblemCode InvalidRequest = new(RefusalCode.InvalidRequest, 400, "The request is not valid.");

    /// <summary>The request came from another site's page.</summary>
    public static readonly ProblemCode CrossOrigin = new("cross_origin_refused", 403, "Requests from other sites are refused.");

    /// <summary>It is not known who asks, or it is nobody who is let in.</summary>
    public static readonly ProblemCode Unauthorized = new("unauthorized", 401, "Sign in first.");

    /// <summary>Who asks may not do that.</summary>
    public static readonly ProblemCode Forbidden = new("forbidden", 403, "You may not do that.")
    {
        ExampleDetail = "You are signed in as token nightly job, with the role viewer; this takes the role operator.",
    };

    /// <summary>Too many tokens that are none came from an address.</summary>
    public static readonly ProblemCode TooManyTries = new("limit_reached", 429, "Too many tries to sign in failed.");

    /// <summary>There is no such token.</summary>
    public static readonly ProblemCode TokenNotFound = new("token_not_found", 404, "There is no such token.");

    /// <summary>A token of this name is there already.</summary>
    public static readonly ProblemCode TokenExists = new("token_exists", 409, "There is a token of this name.");

    /// <summary>The body is larger than 1 MiB.</summary>
    public static readonly ProblemCode BodyTooLarge = new("body_too_large", 413, "The request's body is too large.");

    /// <summary>Path and query are longer than <see cref="Configuration.ServerLimits.MaxTargetBytes"/>.</summary>
    public static readonly ProblemCode TargetTooLong = new("uri_too_long", 414, "The request's path and query are too long.");

    /// <summary>The headers are longer than <see cref="Configuration.ServerLimits.MaxHeaderBytes"/>.</summary>
    public static readonly ProblemCode HeadersTooLarge = new("headers_too_large", 431, "The request's headers are too long.");

    /// <summary>The body is not JSON by its content type.</summary>
    public static readonly ProblemCode NotJson = new("unsupported_media_type", 415, "The request's body must be JSON.");

    /// <summary>No such path.</summary>
    public static readonly ProblemCode NotFound = new("not_found", 404, "There is nothing here.");

    /// <summary>Not with this method.</summary>
    public static readonly ProblemCode MethodNotAllowed = new("method_not_allowed", 405, "This path does not take this method.");

    /// <summary>A fault of MgCap's own.</summary>
    public static readonly ProblemCode Internal = new("internal_error", 500, "Something went wrong in MgCap; its log says what.");

    /// <summary>There is no such interface.</summary>
    public static readonly ProblemCode InterfaceNotFound = new(RefusalCode.InterfaceNotFound, 404, "There is no such interface.");

    /// <summary>The interface is not up.</summary>
    public static readonly ProblemCode InterfaceDown = new(RefusalCode.InterfaceDown, 409, "The interface is down.");

    /// <summary>Another capture or program has the interface to itself.</summary>
    public static readonly ProblemCode InterfaceBusy = new(RefusalCode.InterfaceBusy, 409, "The interface is in use.")
    {
        ExampleDetail = "The interface eth0 has an XDP program already ('ip link show eth0' names it). "
            + "Stop what attached it, or capture in mirror mode with the engine packet, which works beside it.",
    };

    /// <summary>Drop mode would cut off the client's own connection or the default route.</summary>
    public static readonly ProblemCode DropRefused = new(RefusalCode.DropRefused, 409, "Drop mode would cut off this client or the default route.")
    {
        ExampleDetail = "The interface eth0 carries this host's default route: drop mode would cut it off. "
            + "Use mirror mode or another interface, or set force to true to drop anyway.",
    };

    /// <summary>The filter is not one.</summary>
    public static readonly ProblemCode FilterInvalid = new(RefusalCode.FilterInvalid, 422, "The filter is not valid.");

    /// <summary>No engine can do what was asked.</summary>
    public static readonly ProblemCode EngineUnavailable = new(RefusalCode.EngineUnavailable, 422, "No engine can do what was asked.");

    /// <summary>The engine can't switch to that mode.</summary>
    public static readonly ProblemCode ModeUnsupported = new(RefusalCode.ModeUnsupported, 422, "The capture's engine does not have this mode.")
    {
        ExampleDetail = "Packet sockets see copies of packets and can't drop them.",
    };

    /// <summary>The device can't stamp packets.</summary>
    public static readonly ProblemCode HwtstampUnsupported = new(RefusalCode.HwtstampUnsupported, 422, "Hardware time stamps are unavailable.")
    {
        ExampleDetail = "The interface eth0 can't be switched: its device (driver r8169) can't stamp every received packet "
            + "(it can stamp of received packets: none; of sent ones: off; its clock: none).",
    };

    /// <summary>There is no room.</summary>
    public static readonly ProblemCode StorageFull = new(RefusalCode.StorageFull, 507, "There is no room for a capture.");

    /// <summary>The process lacks a capability.</summary>
    public static readonly ProblemCode PermissionDenied = new(RefusalCode.PermissionDenied, 403, "MgCap lacks a privilege.");

    /// <summary>There is no such capture.</summary>
    public static readonly ProblemCode CaptureNotFound = new("capture_not_found", 404, "There is no such capture.");

    /// <summary>There is no such schedule.</summary>
    public static readonly ProblemCode ScheduleNotFound = new("schedule_not_found", 404, "There is no such schedule.");

    /// <summary>The capture has no packet of that number.</summary>
    public static readonly ProblemCode PacketNotFound = new("packet_not_found", 404, "There is no such packet.");

    /// <summary>A recorder is to keep more than there is memory for.</summary>
    public static readonly ProblemCode RecorderTooLarge = new("recorder_too_large", 422, "There is not so much memory.");

    /// <summary>Packets of several link types do not go into one file of the format.</summary>
    public static readonly ProblemCode LinkTypesDiffer = new("link_types_differ", 422, "The packets have several link types.");

    /// <summary>The filter, a display filter or a capture filter, takes more time than a filter may.</summary>
    public static readonly ProblemCode FilterTooSlow = new("filter_too_slow", 422, "The filter takes too long.")
    {
        ExampleDetail = "The search was ended after packet 2300 of 36000: it needs too much time for each packet. Use a simpler filter.",
    };

    /// <summary>Display filters need tshark.</summary>
    public static readonly ProblemCode DisplayUnavailable = new("display_unavailable", 422, "Display filters are unavailable.")
    {
        ExampleDetail = "tshark is not installed; Debian has it in tshark.",
    };

    /// <summary>More is being read than can be at the same time.</summary>
    public static readonly ProblemCode ReadersBusy = new("readers_busy", 503, "Too many are reading captures.")
    {
        ExampleDetail = "Try again in a few seconds.",
    };

    /// <summary>As many captures run as may.</summary>
    public static readonly ProblemCode LimitReached = new("limit_reached", 429, "As many captures are running as are allowed.")
    {
        ExampleDetail = "32 captures are running, and MgCap:Limits:MaxCaptures is 32. Stop one, or start the console with a higher limit, as with --MgCap:Limits:MaxCaptures=64.",
    };

    /// <summary>The capture has ended.</summary>
    public static readonly ProblemCode CaptureNotRunning = new("capture_not_running", 409, "The capture is not running.");

    /// <summary>The capture has not ended.</summary>
    public static readonly ProblemCode CaptureRunning = new("capture_running", 409, "The capture is still running.");

    private static readonly Dictionary<string, ProblemCode> _refusals = new ProblemCode[]
    {
        InterfaceNotFound, InterfaceDown, InterfaceBusy, DropRefused, FilterInvalid, FilterTooSlow, EngineUnavailable, ModeUnsupported, HwtstampUnsupported, RecorderTooLarge, CaptureNotRunning, StorageFull,
        PermissionDenied,
    }.ToDictionary(problem => problem.Code);

    /// <summary>The failure that a refusal of the capture engine is answered with.</summary>
    public static ProblemCode Of(CaptureRefusedException refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return _refusals[refusal.Code];
    }
}
