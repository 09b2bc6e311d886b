using System.Runtime.CompilerServices;
using MgCap.Capture.Blocks;
using MgCap.Capture.Engines.Ordering;
using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Interfaces;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines.Kmod;

/// <summary>
/// A capture by the kernel module. The way of a packet:
/// <code>
///   1. the module writes it into a slot of its processor's ring   (kmod/receive.c)
///   2. the ring's packets are put in order                        (OrderedSlots)
///   3. what no ring can precede any more is merged and encoded    (RingMerge, PacketEncoder)
///   4. the slots go back to the module, many at once              (OrderedSlots.Release)
/// </code>
/// In silence the module wakes the reader. While packets come, time does: a reader that was woken for each of them would take
/// the processor from the device's polling.
/// </summary>
internal sealed class KmodSource : CaptureSource
{
    // Packets that are read before slots go back to the module, however many more there are.
    private const int ReleaseEvery = 16384;

    private readonly KmodCapture _capture;
    private readonly KmodQueues _queues;
    private readonly OrderedSlots[] _rings;
    private readonly RingMerge<OrderedSlots.MergedRing> _merge;
    private readonly DueTime _due;
    private readonly ReaderPace _pace = new();
    private readonly RingPoll _poll;
    private bool _stopped;

    internal KmodSource(CaptureInterface nic, KmodCapture capture, KmodQueues queues, HardwareStamps? stamps)
        : base(nic, queues.Rows, stamps)
    {
        _capture = capture;
        _queues = queues;
        _rings = [.. capture.Device.Rings.Select(ring => new OrderedSlots(ring))];
        _merge = new RingMerge<OrderedSlots.MergedRing>([.. _rings.Select(slots => new OrderedSlots.MergedRing(slots, this))], ReleaseEvery);
        _due = new DueTime(stamps is not null);
        _poll = new RingPoll([capture.Watch, capture.Device], Wakes);
        var memory = capture.Device.Memory;
        Detail = $"{memory.Rings} rings of {memory.Slots} slots of {memory.SlotSize} bytes";
    }

    public override string Detail { get; }

    internal override bool CanDrop => true;

    internal override bool HasPending => _merge.HasPending;

    internal override bool IsEmpty => Array.TrueForAll(_rings, ring => ring.Ring.IsEmpty && !ring.HasPending);

    internal override RingPoll Poll => _poll;

    internal override long NextTime => _merge.NextTime;

    internal override bool Take(out long due)
    {
        var complete = Timestamp.MachineNow();
        var conversion = Stamps?.Clock.Conversion;
        foreach (var ring in _rings)
            ring.TakeAll(conversion);
        due = _stopped ? long.MaxValue : _due.Of(complete, Timestamp.MachineNow(), _merge);
        return false;
    }

    internal override int Encode(PacketEncoder encoder, long until)
    {
        var moved = _merge.Merge(encoder, until);
        _pace.Count(moved);
        return moved;
    }

    internal override void Release() => _merge.Release();

    internal override int BeginWait(int milliseconds)
    {
        var longest = _pace.Next(HasPending);
        _poll.Choose(longest is null ? WaitFor.Packets : WaitFor.Watch);
        return longest is { } paced ? ReaderPace.Shorter(milliseconds, paced) : milliseconds;
    }

    internal override SourceState EndWait()
    {
        var outcome = _poll.TakeOutcome();
        _pace.Slept(_rings.Max(ring => ring.Ring.Fill));
        // The module's hook stays where it is while the interface is down. The socket that reports it reports it once.
        if (outcome == WaitOutcome.Error)
            _capture.IsInterfaceDown();
        if (outcome != WaitOutcome.Ended)
            return FollowInterface();
        // The module ends the capture of an interface that is removed before the kernel reports that.
        return AskForInterface() == SourceState.InterfaceDown ? SourceState.InterfaceDown : SourceState.Stopped;
    }

    internal override void StopReceiving()
    {
        _capture.Stop();
        _stopped = true;
    }

    private protected override void ChangeMode(CaptureMode mode) => _capture.SetDrop(mode == CaptureMode.Drop);

    private protected override void ReadRingCounters() => _queues.Read(_capture.Device, _rings.Max(ring => ring.Ring.Fill));

    private protected override void Close() => _capture.Dispose();

    /// <summary>Encodes a ring's next packet.</summary>
    /// <returns>false when a stop condition is reached and no more is to be written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Encode(PacketEncoder encoder, OrderedSlots ring)
    {
        var packet = ring.Next;
        var queue = _queues.RowOf(packet.Queue);
        var goOn = encoder.Write(queue, ring.NextTime, packet.WireLength, outgoing: false, packet.Data);
        if (Stamps is not null && packet.HardwareTime == 0)
            encoder.CountSoftwareStamped(queue);
        return goOn;
    }
}
