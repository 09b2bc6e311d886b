using MgCap.Capture.Sensors;

namespace MgCap.Capture.Live;

/// <summary>Lets any number of clients look on at a running capture. Any thread.</summary>
/// <param name="capture">The capture.</param>
public sealed class LiveFeed(ISensorCapture capture)
{
    private readonly Lock _lock = new();
    private LiveWindow? _window;

    /// <summary>Lets one more look on, from now on.</summary>
    /// <returns>null when the capture has ended.</returns>
    public LiveReader? Open()
    {
        lock (_lock)
        {
            if (_window?.OpenReader() is { } reader)
                return reader;
            var window = new LiveWindow(capture.CountLiveDropped);
            if (!capture.Join(window))
                return null;
            _window = window;
            var first = window.OpenReader();
            window.CloseReader();
            return first;
        }
    }
}
