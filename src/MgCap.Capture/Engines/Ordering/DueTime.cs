namespace MgCap.Capture.Engines.Ordering;

/// <summary>
/// Up to which time packets may be encoded: those that no ring can precede any more. Times are nanoseconds since 1970-01-01 UTC.
/// </summary>
/// <param name="hardware">Whether packets have the device's time stamps.</param>
internal readonly struct DueTime(bool hardware)
{
    /// <summary>A packet is stamped by the kernel a little before it can be seen in its ring; its processor may do something else meanwhile.</summary>
    internal const long KernelSlack = 5_000_000;

    // A device stamps a packet when it arrives, and has it in its own ring until the kernel comes by: the longer the more there are.
    private const long HardwareSlack = 4 * KernelSlack;

    // A packet that is stamped further ahead than this was stamped before the clock was set back. What is known of a device's
    // clock may be off by a little, and after a step by much.
    private const long KernelSetBack = 1_000_000;
    private const long HardwareSetBack = 200_000_000;

    /// <summary>Time that passes between a packet's stamp and the moment when its ring has it, at most.</summary>
    internal long Slack { get; } = hardware ? HardwareSlack : KernelSlack;

    /// <summary>The latest time that is due.</summary>
    /// <param name="complete">The time until which every ring has been looked into, without the slack.</param>
    /// <param name="now">The clock that stamps, read after that.</param>
    /// <param name="merge">The rings. Where one has a packet of the future, everything is due, once: to wait for it would hold up all for as long as the clock was set back.</param>
    internal long Of(long complete, long now, IRingMerge merge) =>
        merge.HasLater(now + (hardware ? HardwareSetBack : KernelSetBack)) ? long.MaxValue : complete - Slack;
}
