namespace MgCap.Capture.Statistics;

/// <summary>Packets lost, by where.</summary>
/// <param name="Nic">In the device, which had no room for them: rx_missed_errors, rx_fifo_errors and counters of the driver's own, as far as they count different packets. They never were received.</param>
/// <param name="Ring">Before the ring between kernel and process, which was full.</param>
/// <param name="Writer">On the way to the file.</param>
/// <param name="Live">By clients that looked on and were too slow, added up over them. They are in the file, and in no sum.</param>
public readonly record struct DropCounts(long Nic, long Ring, long Writer, long Live = 0)
{
    internal DropCounts Plus(DropCounts other) => new(Nic + other.Nic, Ring + other.Ring, Writer + other.Writer, Live + other.Live);
}

/// <summary>What a capture has counted since it started. <c>Received = Filtered + Captured + Dropped.Ring + Dropped.Writer</c>.</summary>
public sealed record CaptureStatistics
{
    /// <summary>Statistics of a capture that has counted nothing.</summary>
    public static CaptureStatistics None { get; } = new();

    /// <summary>Packets that reached the engine.</summary>
    public long Received { get; init; }

    /// <summary>Of these, packets that the filter left out.</summary>
    public long Filtered { get; init; }

    /// <summary>Packets in the file.</summary>
    public long Captured { get; init; }

    /// <summary>Bytes kept of them.</summary>
    public long CapturedBytes { get; init; }

    /// <summary>Bytes they had on the wire.</summary>
    public long WireBytes { get; init; }

    /// <summary>Captured packets that were to have the device's time stamp, had none, and have the kernel's.</summary>
    public long SoftwareStamped { get; init; }

    /// <summary>Packets lost; those of the device never were received.</summary>
    public DropCounts Dropped { get; init; }

    /// <summary>
    /// The kernel's rx_dropped since the capture started: packets that nobody on this host wanted, or that the driver threw away.
    /// Most of them are in the capture; they are not counted as lost.
    /// </summary>
    public long RxDropped { get; init; }

    /// <summary>Captured packets per second.</summary>
    public double PacketsPerSecond { get; init; }

    /// <summary>Captured packets' bits on the wire per second.</summary>
    public double BitsPerSecond { get; init; }

    /// <summary>The same by queue.</summary>
    public IReadOnlyList<QueueStatistics> Queues { get; init; } = [];

    /// <summary>The same of a capture that has ended: nothing flows any more.</summary>
    public CaptureStatistics WithoutRates() => this with
    {
        PacketsPerSecond = 0,
        BitsPerSecond = 0,
        Queues = [.. Queues.Select(queue => queue with { PacketsPerSecond = 0, BitsPerSecond = 0 })],
    };

    /// <summary>The sum of what two files tell, of which each has counted for itself; queues by their name.</summary>
    internal CaptureStatistics Plus(CaptureStatistics other) => this with
    {
        Received = Received + other.Received,
        Filtered = Filtered + other.Filtered,
        Captured = Captured + other.Captured,
        CapturedBytes = CapturedBytes + other.CapturedBytes,
        WireBytes = WireBytes + other.WireBytes,
        SoftwareStamped = SoftwareStamped + other.SoftwareStamped,
        Dropped = Dropped.Plus(other.Dropped),
        RxDropped = RxDropped + other.RxDropped,
        Queues = [.. Queues.Concat(other.Queues).GroupBy(queue => queue.Name).Select(same => same.Aggregate((sum, queue) => sum.Plus(queue)))],
    };
}

/// <summary>What one queue has counted since the capture started.</summary>
public sealed record QueueStatistics
{
    /// <summary>The receive queue's number; -1 for sent packets, and for packets of which the queue is not known.</summary>
    public int Queue { get; init; }

    /// <summary>
    /// <c>rx0</c>, <c>tx</c>, or empty where the queue is not known; with the interface before it where there are several:
    /// <c>eth1/rx0</c>, <c>eth1/tx</c>, <c>eth1</c>.
    /// </summary>
    public string Name { get; init; } = "";

    /// <summary>Packets that reached the engine.</summary>
    public long Received { get; init; }

    /// <summary>Of these, packets that the filter left out.</summary>
    public long Filtered { get; init; }

    /// <summary>Packets in the file.</summary>
    public long Captured { get; init; }

    /// <summary>Bytes they had on the wire.</summary>
    public long WireBytes { get; init; }

    /// <summary>Captured packets that were to have the device's time stamp, had none, and have the kernel's.</summary>
    public long SoftwareStamped { get; init; }

    /// <summary>Packets lost in the ring and on the way to the file.</summary>
    public long Dropped { get; init; }

    /// <summary>Captured packets per second.</summary>
    public double PacketsPerSecond { get; init; }

    /// <summary>Captured packets' bits on the wire per second.</summary>
    public double BitsPerSecond { get; init; }

    /// <summary>The part of the queue's ring that waits to be read, 0 to 1.</summary>
    public double RingFill { get; init; }

    internal long RingDropped { get; init; }

    internal long WriterDropped { get; init; }

    internal QueueStatistics Plus(QueueStatistics other) => this with
    {
        Received = Received + other.Received,
        Filtered = Filtered + other.Filtered,
        Captured = Captured + other.Captured,
        WireBytes = WireBytes + other.WireBytes,
        SoftwareStamped = SoftwareStamped + other.SoftwareStamped,
        Dropped = Dropped + other.Dropped,
        RingDropped = RingDropped + other.RingDropped,
        WriterDropped = WriterDropped + other.WriterDropped,
    };
}
