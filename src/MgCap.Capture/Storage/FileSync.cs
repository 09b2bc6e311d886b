using MgCap.Linux;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Capture.Storage;

/// <summary>
/// Makes what was written to a file last (fdatasync(2)) again and again, on a thread of its own, so that a loss of power takes no more than
/// what is younger than the interval. While nothing is written it does nothing. Under load it does not wait so long: a disk that empties
/// its cache takes nothing meanwhile, the longer the more there is in it, and a capture has memory for a few tenths of a second.
/// </summary>
internal sealed class FileSync : IDisposable
{
    private const long Enough = 32L * 1024 * 1024;

    private readonly SafeFileHandle _file;
    private readonly TimeSpan _interval;
    private readonly object _changed = new();
    private readonly Thread _thread;
    private long _unsynced;
    private bool _ended;
    private volatile Exception? _failure;

    /// <param name="file">The file, which stays open until this is disposed of.</param>
    /// <param name="interval">The most time between a write and the run that makes it last.</param>
    internal FileSync(SafeFileHandle file, TimeSpan interval)
    {
        _file = file;
        _interval = interval;
        _thread = new Thread(Run) { Name = "file sync", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Says that something was written.</summary>
    /// <param name="length">How much, in bytes.</param>
    internal void Written(int length)
    {
        lock (_changed)
        {
            var isFirst = _unsynced == 0;
            _unsynced += length;
            if (isFirst || _unsynced >= Enough)
                Monitor.PulseAll(_changed);
        }
    }

    /// <summary>Asks how it goes.</summary>
    /// <exception cref="IOException">Something that was written could not be made to last.</exception>
    internal void ThrowIfFailed()
    {
        if (_failure is { } failure)
            throw new IOException($"what was written before may not be on the disk: {failure.Message}", failure);
    }

    /// <summary>Ends it, and makes what was written last once more.</summary>
    /// <exception cref="IOException">Something that was written could not be made to last.</exception>
    internal void Finish()
    {
        Dispose();
        ThrowIfFailed();
        FileSpace.Sync(_file);
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        lock (_changed)
        {
            _ended = true;
            Monitor.PulseAll(_changed);
        }

        _thread.Join();
    }

    private void Run()
    {
        while (WaitUntilDue())
        {
            try
            {
                FileSpace.Sync(_file);
            }
            catch (IOException exception)
            {
                _failure = exception;
                return;
            }
        }
    }

    /// <returns>false when it is to end.</returns>
    private bool WaitUntilDue()
    {
        lock (_changed)
        {
            while (!_ended && _unsynced == 0)
                Monitor.Wait(_changed);
            var until = Environment.TickCount64 + (long)_interval.TotalMilliseconds;
            while (!_ended && _unsynced < Enough && until - Environment.TickCount64 is > 0 and var left)
                Monitor.Wait(_changed, (int)left);
            _unsynced = 0;
            return !_ended;
        }
    }
}
