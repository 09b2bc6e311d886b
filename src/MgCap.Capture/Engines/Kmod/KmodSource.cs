using System.Runtime.CompilerServices;
using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Statistics;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines.Kmod;

/// <summary>
/// A capture by the kernel module. The way of a packet:
/// <code>
///   1. the module writes it into a slot of its processor's ring   (kmod/receive.c)
///   2. the ring's packets are put in order                        (OrderedSlots)
///   3. what no ring can precede any more is merged and encoded    (Merge, PacketEncoder)
///   4. the slots go back to the module, many at once              (OrderedSlots.Release)
/// </code>
/// In silence the module wakes the reader. While packets come, time does: a reader that was woken for each of them would take
/// the processor from the device's polling.
/// </summary>
internal sealed class KmodSource : CaptureSource
{
    // A packet is stamped a little before it can be seen in its ring; its processor may do something else meanwhile.
    private const long Slack = 5_000_000;

    // A device stamps a packet when it arrives, and has it in its own ring until the kernel comes by: the longer the more there are.
    private const long SlackOfHardware = 4 * Slack;

    // Until the next look into the rings: while packets come, when a ring fills up, and when packets are there that were not due.
    private const int LookMilliseconds = 20;
    private const int LookMillisecondsWhenFull = 5;
    private const int LookMillisecondsWhenHolding = 6;
    private const double FullRing = 0.25;

    // Packets that are read before slots go back to the module, however many more there are.
    private const int LongestRun = 16384;

    // With fewer packets than this, more will be due after a sleep.
    private const int WorthLookingAgain = 1024;

    // A packet that was stamped further ahead than this was stamped before the clock was set back. What is known of a device's
    // clock may be off by a little, and after a step by much.
    private const long LeastSetBack = 1_000_000;
    private const long LeastSetBackOfHardware = 200_000_000;

    private readonly KmodCapture _capture;
    private readonly KmodQueues _queues;
    private readonly OrderedSlots[] _rings;
    private readonly RingPoll _poll;
    private bool _stopped;
    private bool _fillsUp;
    private bool _moved;

    internal KmodSource(CaptureInterface on, KmodCapture capture, KmodQueues queues, HardwareStamps? stamps)
        : base(on, new CaptureLedger(queues.Rows), stamps)
    {
        _capture = capture;
        _queues = queues;
        _rings = [.. capture.Device.Rings.Select(ring => new OrderedSlots(ring))];
        _poll = new RingPoll(capture.Watch, capture.Device, WakeEvent);
        var memory = capture.Device.Memory;
        Detail = $"{memory.Rings} rings of {memory.Slots} slots of {memory.SlotSize} bytes";
    }

    public override string Detail { get; }

    internal override bool CanDrop => true;

    internal override bool HoldsPackets => Array.Exists(_rings, ring => ring.HasPending);

    internal override bool IsEmpty => Array.TrueForAll(_rings, ring => ring.Ring.IsEmpty && !ring.HasPending);

    internal override bool Drain(PacketEncoder encoder)
    {
        var now = NowInNanoseconds();
        var conversion = Stamps?.Clock.Conversion;
        foreach (var ring in _rings)
            ring.TakeAll(conversion);
        var due = _stopped || ClockWasSetBack() ? long.MaxValue : now - (Stamps is null ? Slack : SlackOfHardware);
        var moved = Merge(encoder, due);
        _moved |= moved > 0;
        // Under load there is always one more that has just become due; giving back its slot costs more than it does.
        return moved >= WorthLookingAgain;
    }

    internal override SourceState Wait(int milliseconds)
    {
        var outcome = _fillsUp ? _poll.WaitForWatch(Shorter(milliseconds, LookMillisecondsWhenFull))
            : _moved ? _poll.WaitForWatch(Shorter(milliseconds, LookMilliseconds))
            : HoldsPackets ? _poll.WaitForWatch(Shorter(milliseconds, LookMillisecondsWhenHolding))
            : _poll.WaitForPackets(milliseconds);
        _moved = false;
        // Before they are read: afterwards no ring is full.
        _fillsUp = Array.Exists(_rings, ring => ring.Ring.Fill > FullRing);
        if (outcome == WaitOutcome.LookAgain)
            return SourceState.Receiving;
        if (_capture.IsInterfaceDown())
            return SourceState.InterfaceDown;
        return outcome == WaitOutcome.Ended ? SourceState.Stopped : SourceState.Receiving;
    }

    internal override void StopReceiving()
    {
        _capture.Stop();
        _stopped = true;
    }

    private protected override void ChangeMode(CaptureMode mode) => _capture.SetDrop(mode == CaptureMode.Drop);

    private protected override void ReadRingCounters() => _queues.Read(_capture.Device, _rings.Max(ring => ring.Ring.Fill));

    private protected override void Close() => _capture.Dispose();

    // As PacketSource.Merge, optimised from the first packet on.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Merge(PacketEncoder encoder, long due)
    {
        var moved = 0;
        while (true)
        {
            // The ring with the earliest packet gives until another one's is earlier.
            var ring = _rings[0];
            var until = due;
            for (var i = 1; i < _rings.Length; i++)
            {
                var other = _rings[i];
                if (other.NextTime < ring.NextTime)
                    (ring, other) = (other, ring);
                until = Math.Min(until, other.NextTime);
            }

            if (!ring.HasPending || ring.NextTime > due)
                break;
            bool goOn;
            do
            {
                goOn = Encode(encoder, ring);
                ring.RemoveNext();
                moved++;
            }
            while (goOn && moved % LongestRun != 0 && ring.HasPending && ring.NextTime <= until);
            if (!goOn)
                break;
            if (moved % LongestRun == 0)
                Release();
        }

        if (moved > 0)
            Release();
        return moved;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Encode(PacketEncoder encoder, OrderedSlots ring)
    {
        var packet = ring.Next;
        var queue = _queues.RowOf(packet.Queue);
        var goOn = encoder.Write(queue, ring.NextTime, packet.WireLength, outgoing: false, packet.Data);
        if (Stamps is not null && packet.HardwareTime == 0)
            encoder.CountSoftwareStamped(queue);
        return goOn;
    }

    private void Release()
    {
        foreach (var ring in _rings)
            ring.Release();
    }

    /// <summary>
    /// Whether a packet is stamped later than now. To wait until it is due would hold up its ring, for as long as the clock
    /// was set back; so everything is due then, once.
    /// </summary>
    private bool ClockWasSetBack()
    {
        var latest = NowInNanoseconds() + (Stamps is null ? LeastSetBack : LeastSetBackOfHardware);
        foreach (var ring in _rings)
        {
            if (ring.HasPending && ring.NextTime > latest)
                return true;
        }

        return false;
    }

    private static int Shorter(int milliseconds, int longest) => milliseconds < 0 ? longest : Math.Min(milliseconds, longest);

    private static long NowInNanoseconds() => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick;
}
