using System.Diagnostics;
using MgCap.Linux;

namespace MgCap.Capture.Traffic;

/// <summary>Says when how many packets are due. What could not be sent in time is caught up with.</summary>
internal sealed class Pace(double packetsPerSecond)
{
    // A stop has to be seen while nothing is due.
    private static readonly TimeSpan _maxSleep = TimeSpan.FromMilliseconds(50);

    private readonly long _start = Stopwatch.GetTimestamp();
    private long _given;

    /// <summary>Waits until a packet is due.</summary>
    /// <returns>How many are due; 0 when it was stopped.</returns>
    internal long Wait(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var elapsed = Stopwatch.GetElapsedTime(_start);
            // The first is due at once.
            var due = (long)(elapsed.TotalSeconds * packetsPerSecond) + 1 - _given;
            if (due > 0)
                return due;
            var next = TimeSpan.FromSeconds(_given / packetsPerSecond) - elapsed;
            CurrentThread.Sleep(next < TimeSpan.Zero ? TimeSpan.Zero : next < _maxSleep ? next : _maxSleep);
        }

        return 0;
    }

    /// <summary>Takes note of packets that were sent.</summary>
    internal void Give(long packets) => _given += packets;
}
