using MgCap.Linux;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Capture.Storage;

/// <summary>
/// Makes what was written to a file last (fdatasync(2)) again and again, on a thread of its own, so that a loss of power takes no more than
/// what is younger than the interval. While nothing is written it does nothing.
/// </summary>
internal sealed class FileSync : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly TimeSpan _interval;
    private readonly ManualResetEventSlim _ended = new();
    private readonly AutoResetEvent _written = new(false);
    private readonly Thread _thread;
    private volatile Exception? _failure;

    /// <param name="file">The file, which stays open until this is disposed of.</param>
    /// <param name="interval">Time between two runs.</param>
    internal FileSync(SafeFileHandle file, TimeSpan interval)
    {
        _file = file;
        _interval = interval;
        _thread = new Thread(Run) { Name = "file sync", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Says that something was written.</summary>
    internal void Written() => _written.Set();

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
        End();
        ThrowIfFailed();
        FileSpace.Sync(_file);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        _ended.Dispose();
        _written.Dispose();
    }

    private void End()
    {
        _ended.Set();
        _written.Set();
        _thread.Join();
    }

    private void Run()
    {
        while (_written.WaitOne() && !_ended.Wait(_interval))
        {
            _written.Reset();
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
}
