using MgCap.Capture;

namespace MgCap.Cli;

/// <summary>Writes a line on standard error for everything that happens to a capture while it runs. One thread.</summary>
/// <param name="session">The capture.</param>
/// <param name="interfaces">How many interfaces it has.</param>
internal sealed class EventLines(CaptureSession session, int interfaces)
{
    private CaptureEvent? _written;
    private int _gone;

    /// <summary>Writes what has happened since the last time.</summary>
    internal void Write()
    {
        var events = session.Events;
        var next = 0;
        for (var i = events.Count; i > 0 && next == 0; i--)
        {
            if (ReferenceEquals(events[i - 1], _written))
                next = i;
        }

        for (; next < events.Count; next++)
        {
            // Why the capture ends is written at its end.
            if (events[next].What != CaptureEventKinds.InterfaceGone || ++_gone < interfaces)
                Console.Error.WriteLine($"{(Console.IsErrorRedirected ? "" : "\r\e[K")}{events[next].Detail} ({events[next].At}){GoesOn(events[next])}");
            _written = events[next];
        }
    }

    private static string GoesOn(CaptureEvent happened) => happened.What is CaptureEventKinds.InterfaceDown or CaptureEventKinds.InterfaceGone ? "; the capture goes on" : "";
}
