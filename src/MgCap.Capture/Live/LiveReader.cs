using System.Buffers;
using System.Diagnostics;
using MgCap.Capture.Blocks;

namespace MgCap.Capture.Live;

/// <summary>One client that looks on. Used by one thread at a time.</summary>
public sealed class LiveReader : IDisposable
{
    private readonly LiveWindow _window;
    private readonly long[] _seen;
    private readonly long[] _missed;
    private long _next;

    internal LiveReader(LiveWindow window, long next, long[] seen)
    {
        (_window, _next, _seen) = (window, next, seen);
        _missed = new long[seen.Length];
    }

    /// <summary>What the stream begins with.</summary>
    internal SectionHead Head => _window.Head;

    /// <summary>When the blocks that were taken last were read from the rings (<see cref="Stopwatch.GetTimestamp"/>).</summary>
    internal long CameAt { get; private set; }

    /// <summary>Packets by queue that it was too slow for, until now.</summary>
    internal IReadOnlyList<long> Missed => _missed;

    /// <summary>Takes the next blocks.</summary>
    /// <param name="into">Where they go.</param>
    /// <param name="cancellation">Ends waiting for them.</param>
    /// <returns>false when no more will come.</returns>
    internal async ValueTask<bool> ReadAsync(ArrayBufferWriter<byte> into, CancellationToken cancellation)
    {
        while (true)
        {
            if (_window.TryRead(ref _next, _seen, _missed, into) is { } taken)
            {
                CameAt = taken.CameAt;
                return true;
            }

            if (_window.HasEnded(_next))
                return false;
            await _window.WaitAsync(_next, cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _window.CloseReader();
}
