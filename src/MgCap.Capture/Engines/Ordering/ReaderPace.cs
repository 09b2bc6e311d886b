namespace MgCap.Capture.Engines.Ordering;

/// <summary>
/// How long the thread that reads the rings sleeps between its looks into them. While packets come, time wakes it: to be woken for each
/// of them would take the processor from the device's polling.
/// </summary>
internal sealed class ReaderPace
{
    /// <summary>Milliseconds until the next look when packets are there that are not due.</summary>
    internal const int WhenPending = 2 * (int)(DueTime.KernelSlack / 1_000_000);

    private const int WhileMoving = 20;
    private const int WhenFillingUp = 5;
    private const double FillingUp = 0.25;

    private bool _moved;
    private bool _fillsUp;

    /// <summary>Takes note of packets that were encoded.</summary>
    internal void Count(int moved) => _moved |= moved > 0;

    /// <summary>The longest sleep in milliseconds; null where nothing is known to come, so that the first packet is to wake the reader.</summary>
    /// <param name="pending">Whether packets wait until they are due.</param>
    internal int? Next(bool pending) => _fillsUp ? WhenFillingUp : _moved ? WhileMoving : pending ? WhenPending : null;

    /// <summary>Takes note of a sleep that has ended.</summary>
    /// <param name="fill">The part of the fullest ring that waits to be read, 0 to 1, before anything is read.</param>
    internal void Slept(double fill)
    {
        _moved = false;
        _fillsUp = fill > FillingUp;
    }

    /// <summary>The shorter of two waits, of which the first may be -1: no limit.</summary>
    internal static int Shorter(int milliseconds, int longest) => milliseconds < 0 ? longest : Math.Min(milliseconds, longest);
}
