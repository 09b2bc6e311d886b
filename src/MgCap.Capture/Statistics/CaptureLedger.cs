using System.Diagnostics;

namespace MgCap.Capture.Statistics;

/// <summary>A capture's account of every packet, by queue, and the rates made from it.</summary>
/// <param name="queues">The queues' accounts.</param>
/// <param name="names">What each is called; null for the queues' own names, which tell those of one interface apart.</param>
public sealed class CaptureLedger(IReadOnlyList<QueueLedger> queues, IReadOnlyList<string>? names = null)
{
    // Two readers that ask one after the other would make a rate of a moment's noise.
    private static readonly TimeSpan _minRateInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _rates = new();
    private readonly QueueRate[] _queueRates = new QueueRate[queues.Count];
    private long _liveDropped;
    private long _ratesAt = Stopwatch.GetTimestamp();

    /// <summary>The queues' accounts.</summary>
    public IReadOnlyList<QueueLedger> Queues { get; } = queues;

    /// <summary>Counts packets that a client who looked on was too slow for. Any thread.</summary>
    internal void AddLiveDropped(long packets) => Interlocked.Add(ref _liveDropped, packets);

    /// <summary>The account as it stands. With <paramref name="renewRates"/> the rates are taken again, since they last were.</summary>
    public CaptureStatistics Read(bool renewRates)
    {
        lock (_rates)
        {
            if (renewRates)
                RenewRates();
            var rows = Queues.Select((queue, i) => Row(queue, names?[i] ?? queue.Name, _queueRates[i])).Where(row => row.Name != "" || row.Received > 0).ToArray();
            return new CaptureStatistics
            {
                Received = rows.Sum(row => row.Received),
                Filtered = rows.Sum(row => row.Filtered),
                Captured = rows.Sum(row => row.Captured),
                CapturedBytes = Queues.Sum(queue => queue.CapturedBytes),
                WireBytes = rows.Sum(row => row.WireBytes),
                SoftwareStamped = rows.Sum(row => row.SoftwareStamped),
                Dropped = new DropCounts(Queues.Sum(queue => queue.NicDropped), rows.Sum(row => row.RingDropped), rows.Sum(row => row.WriterDropped), Volatile.Read(ref _liveDropped)),
                RxDropped = Queues.Sum(queue => queue.RxDropped),
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

    private static QueueStatistics Row(QueueLedger queue, string name, QueueRate rate)
    {
        // Each number is read once, so that the row's sum is right while others write.
        var (filtered, captured, ring, writer) = (queue.Filtered, queue.Captured, queue.RingDropped, queue.WriterDropped);
        return new QueueStatistics
        {
            Queue = queue.Number,
            Name = name,
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
