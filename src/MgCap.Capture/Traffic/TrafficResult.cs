namespace MgCap.Capture.Traffic;

/// <summary>What a run of the sender came to.</summary>
/// <param name="Method">How frames were handed to the interface.</param>
/// <param name="MethodReason">Why so.</param>
/// <param name="Sent">Packets that the interface took.</param>
/// <param name="Refused">Packets that it did not take; their numbers are missing at the receiver.</param>
/// <param name="Elapsed">From the first packet to the last.</param>
/// <param name="Error">Why it ended before its time; null when it did not.</param>
public sealed record TrafficResult(
    TrafficMethod Method, string MethodReason, long Sent, long Refused, TimeSpan Elapsed, string? Error)
{
    /// <summary>Packets sent in a second.</summary>
    public double PacketsPerSecond => Elapsed > TimeSpan.Zero ? Sent / Elapsed.TotalSeconds : 0;
}
