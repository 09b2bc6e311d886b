using System.Diagnostics;

namespace MgCap.Capture.Statistics;

/// <summary>A capture's account of every packet, by queue, and the rates made from it.</summary>
public sealed class CaptureLedger(IReadOnlyList<QueueLedger> queues)
{
    // Two readers that ask one after the other would make a rate of a moment's noise.
    private static readonly TimeSpan _minRateInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _rates = new();
    private readonly QueueRate[] _queueRates = new QueueRate[queues.Count];
    private long _nicDropped;
    private long _rxDropped;
    private long _liveDropped;
    private long _ratesAt = Stopwatch.GetTimestamp();

    /// <summary>The queues' accounts.</summary>
    public IReadOnlyList<QueueLedger> Queues { get; } = queues;

    /// <summary>Packets that the device lost.</summary>
    public long NicDropped
    {
        get => Volatile.Read(ref _nicDropped);
        internal set => Volatile.Write(ref _nicDropped, value);
    }

    /// <summary>The kernel's rx_dropped, which is no loss of the capture's.</summary>
    public long RxDropped
    {
        get => Volatile.Read(ref _rxDropped);
        internal set => Volatile.Write(ref _rxDropped, value);
    }

    /// <summary>Counts packets that a client who looked on was too slow for. Any thread.</summary>
    internal void AddLiveDropped(long packets) => Interlocked.Add(ref _liveDropped, packets);

    /// <summary>The account as it stands. With <paramref name="renewRates"/> the rates are taken again, since they last were.</summary>
    public CaptureStatistics Read(bool renewRates)
    {
        lock (_rates)
        {
            if (renewRates)
                RenewRates();
            var rows = Queues.Select((queue, i) => Row(queue, _queueRates[i])).Where(row => row.Name != "" || row.Received > 0).ToArray();
            return new CaptureStatistics
            {
                Received = rows.Sum(row => row.Received),
                Filtered = rows.Sum(row => row.Filtered),
                Captured = rows.Sum(row => row.Captured),
                CapturedBytes = Queues.Sum(queue => queue.CapturedBytes),
                WireBytes = rows.Sum(row => row.WireBytes),
                SoftwareStamped = rows.Sum(row => row.SoftwareStamped),
                Dropped = new DropCounts(NicDropped, rows.Sum(row => row.RingDropped), rows.Sum(row => row.WriterDropped), Volatile.Read(ref _liveDropped)),
                RxDropped = RxDropped,
                PacketsPerSecond = rows.Sum(row => row.PacketsPerSecond),
                BitsPerSecond = rows.Sum(row => row.BitsPerSecond),
                Queues = rows,
            };
        }
    }

    private void RenewRates()
    {
        var elapsed = Stopwatch.GetElapsedTime(_ratesAt);
        if (elapsed < _minRateInterval)
            return;
        _ratesAt = Stopwatch.GetTimestamp();
        for (var i = 0; i < _queueRates.Length; i++)
        {
            ref var rate = ref _queueRates[i];
            var (packets, bytes) = (Queues[i].Captured, Queues[i].WireBytes);
            rate.PacketsPerSecond = (packets - rate.Packets) / elapsed.TotalSeconds;
            rate.BitsPerSecond = (bytes - rate.Bytes) * 8 / elapsed.TotalSeconds;
            (rate.Packets, rate.Bytes) = (packets, bytes);
        }
    }

    private static QueueStatistics Row(QueueLedger queue, QueueRate rate)
    {
        // Each number is read once, so that the row's sum is right while others write.
        var (filtered, captured, ring, writer) = (queue.Filtered, queue.Captured, queue.RingDropped, queue.WriterDropped);
        return new QueueStatistics
        {
            Queue = queue.Number,
            Name = queue.Name,
            Received = filtered + captured + ring + writer,
            Filtered = filtered,
            Captured = captured,
            WireBytes = queue.WireBytes,
            SoftwareStamped = queue.SoftwareStamped,
            Dropped = ring + writer,
            RingDropped = ring,
            WriterDropped = writer,
            PacketsPerSecond = rate.PacketsPerSecond,
            BitsPerSecond = rate.BitsPerSecond,
            RingFill = queue.RingFill,
        };
    }

    private struct QueueRate
    {
        internal long Packets;
        internal long Bytes;
        internal double PacketsPerSecond;
        internal double BitsPerSecond;
    }
}
