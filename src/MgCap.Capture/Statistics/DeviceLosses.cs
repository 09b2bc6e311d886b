using System.Diagnostics;
using MgCap.Capture.Interfaces;
using MgCap.Linux.Ethtool;
using MgCap.Linux.Netlink;

namespace MgCap.Capture.Statistics;

/// <summary>
/// What an interface counts beside the packets that reach an engine: those that its device lost, and rx_dropped, most of which
/// were captured. Counted since this was made; a driver that sets its counters to 0, as many do when the interface goes down, takes
/// nothing away. One thread at a time.
/// </summary>
internal sealed class DeviceLosses : IDisposable
{
    // Some drivers ask their device's firmware each time.
    private static readonly TimeSpan _minInterval = TimeSpan.FromMilliseconds(250);

    private readonly int _interface;
    private readonly LinkCounters _link;
    private readonly IReadOnlyCollection<string> _names;
    private readonly EthtoolDevice? _device;
    private readonly DriverStatistics? _statistics;
    private long _driverReadAt;
    private Growth _dropped;
    private Growth _missed;
    private Growth _fifo;
    private Growth _driver;

    /// <param name="nic">The interface, with what it had counted before anything was captured.</param>
    internal DeviceLosses(CaptureInterface nic)
    {
        _interface = nic.Index;
        _link = new LinkCounters(nic.Index);
        _dropped = new Growth(nic.Counters.Dropped);
        _missed = new Growth(nic.Counters.Missed);
        _fifo = new Growth(nic.Counters.Fifo);
        _names = DriverLosses.CountersOf(nic.Driver);
        if (_names.Count == 0)
            return;
        _device = new EthtoolDevice(nic.Name);
        _statistics = new DriverStatistics(_device);
        _driver = new Growth(_statistics.Sum(_names) ?? 0);
    }

    /// <summary>
    /// Packets that the device lost. Its counters may count one packet more than once (mlx4_en has the same figure in rx_missed_errors
    /// and in rx_fifo_errors), so the largest counts: less than was lost rather than more.
    /// </summary>
    internal long Lost => Math.Max(_driver.Total, Math.Max(_missed.Total, _fifo.Total));

    /// <summary>The kernel's rx_dropped.</summary>
    internal long Dropped => _dropped.Total;

    /// <summary>Reads the counters; those of an interface that is gone stay as they were.</summary>
    /// <param name="last">Whether there is no later time to read what the driver has counted since the last time.</param>
    internal void Read(bool last)
    {
        if (_link.Read() is not { } link)
            return;
        _dropped.Follow(link.Counters.Dropped);
        _missed.Follow(link.Counters.Missed);
        _fifo.Follow(link.Counters.Fifo);
        if (_statistics is null || (!last && Stopwatch.GetElapsedTime(_driverReadAt) < _minInterval))
            return;
        _driverReadAt = Stopwatch.GetTimestamp();
        if (_device!.FindAgain(_interface) && _statistics.Sum(_names) is { } sum)
            _driver.Follow(sum);
    }

    public void Dispose()
    {
        _link.Dispose();
        _device?.Dispose();
    }

    /// <summary>How much a counter has grown, also past a reset to 0.</summary>
    internal struct Growth(ulong start)
    {
        private ulong _last = start;

        internal long Total { get; private set; }

        internal void Follow(ulong now)
        {
            Total += (long)(now >= _last ? now - _last : now);
            _last = now;
        }
    }
}
