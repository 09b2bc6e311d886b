namespace MgCap.Capture.Statistics;

/// <summary>
/// One queue's account. Each number has one thread that writes it, as its setter says; any thread reads.
/// Every packet of the queue ends in exactly one of <see cref="Filtered"/>, <see cref="Captured"/>, <see cref="RingDropped"/>
/// and <see cref="WriterDropped"/>.
/// </summary>
public sealed class QueueLedger(int number, string name)
{
    private long _filtered;
    private long _captured;
    private long _capturedBytes;
    private long _wireBytes;
    private long _softwareStamped;
    private long _ringDropped;
    private long _writerDropped;
    private long _nicDropped;
    private long _rxDropped;
    private double _ringFill;

    /// <summary>The receive queue's number; -1 for sent packets, and for packets of which the queue is not known.</summary>
    public int Number { get; } = number;

    /// <summary><c>rx0</c>, <c>tx</c>, or empty where the queue is not known.</summary>
    public string Name { get; } = name;

    /// <summary>Packets that the filter left out.</summary>
    public long Filtered => Volatile.Read(ref _filtered);

    /// <summary>Packets that found the ring full.</summary>
    public long RingDropped => Volatile.Read(ref _ringDropped);

    /// <summary>Packets in the file.</summary>
    public long Captured => Volatile.Read(ref _captured);

    /// <summary>Bytes kept of them.</summary>
    public long CapturedBytes => Volatile.Read(ref _capturedBytes);

    /// <summary>Bytes they had on the wire.</summary>
    public long WireBytes => Volatile.Read(ref _wireBytes);

    /// <summary>Packets in the file that were to have the device's time stamp, had none, and have the kernel's.</summary>
    public long SoftwareStamped => Volatile.Read(ref _softwareStamped);

    /// <summary>Packets that were read and could not be written.</summary>
    public long WriterDropped => Volatile.Read(ref _writerDropped);

    /// <summary>Packets that the device lost, in any of its queues; on an interface's first queue.</summary>
    public long NicDropped => Volatile.Read(ref _nicDropped);

    /// <summary>The kernel's rx_dropped of the interface, which is no loss of the capture's; on an interface's first queue.</summary>
    public long RxDropped => Volatile.Read(ref _rxDropped);

    /// <summary>The part of the ring that waits to be read, 0 to 1.</summary>
    public double RingFill => Volatile.Read(ref _ringFill);

    /// <summary>Every packet that was accounted for.</summary>
    public long Received => Filtered + Captured + RingDropped + WriterDropped;

    /// <summary>Whether anything was counted.</summary>
    public bool HasCounts => Received > 0;

    /// <summary>What it is called beside those of other interfaces: <c>eth0/rx3</c>, <c>eth0/tx</c>, or plain <c>eth0</c> where the queue is not known.</summary>
    internal string NameOn(string nic) => Name == "" ? nic : $"{nic}/{Name}";

    /// <summary>By a caller that reads the engine's counters, one at a time.</summary>
    internal void SetKernelCounts(long filtered, long ringDropped)
    {
        Volatile.Write(ref _filtered, filtered);
        Volatile.Write(ref _ringDropped, ringDropped);
    }

    /// <summary>By a caller that reads the device's counters, one at a time.</summary>
    internal void SetDeviceCounts(long nicDropped, long rxDropped)
    {
        Volatile.Write(ref _nicDropped, nicDropped);
        Volatile.Write(ref _rxDropped, rxDropped);
    }

    /// <summary>By the thread that reads the rings.</summary>
    internal void SetRingFill(double fill) => Volatile.Write(ref _ringFill, fill);

    /// <summary>By the thread that writes the file, when the packets are in it.</summary>
    internal void AddCaptured(in QueueTally tally)
    {
        Volatile.Write(ref _captured, _captured + tally.Packets);
        Volatile.Write(ref _capturedBytes, _capturedBytes + tally.CapturedBytes);
        Volatile.Write(ref _wireBytes, _wireBytes + tally.WireBytes);
        Volatile.Write(ref _softwareStamped, _softwareStamped + tally.SoftwareStamped);
    }

    /// <summary>By the thread that writes the file, when it could not.</summary>
    internal void AddWriterDropped(long packets) => Volatile.Write(ref _writerDropped, _writerDropped + packets);
}

/// <summary>Packets of one queue in one buffer.</summary>
internal struct QueueTally
{
    internal long Packets;
    internal long CapturedBytes;
    internal long WireBytes;
    internal long SoftwareStamped;
}
