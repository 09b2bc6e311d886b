using MgCap.Web.Api;

namespace MgCap.Web.Captures;

/// <summary>As many captures run as may; the message says how many, and what to do.</summary>
public sealed class CaptureLimitException(string message) : RefusalException(ProblemCode.LimitReached, message);

/// <summary>Counts the captures that run, from before their start until their rings and buffers are given back.</summary>
/// <param name="max">How many may, at the same time.</param>
internal sealed class CaptureSlots(int max)
{
    private int _taken;

    /// <summary>Takes a slot.</summary>
    /// <exception cref="CaptureLimitException">There is none.</exception>
    internal void Take()
    {
        if (Interlocked.Increment(ref _taken) <= max)
            return;
        Interlocked.Decrement(ref _taken);
        throw new CaptureLimitException(
            $"{max} {(max == 1 ? "capture is" : "captures are")} running, and MgCap:Limits:MaxCaptures is {max}. Stop one, or start the console with a higher limit, as with "
            + $"--MgCap:Limits:MaxCaptures={2 * max}; each capture takes some 64 MB of memory.");
    }

    /// <summary>Gives one back.</summary>
    internal void Release() => Interlocked.Decrement(ref _taken);
}
