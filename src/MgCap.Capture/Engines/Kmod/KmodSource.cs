using System.Runtime.CompilerServices;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Statistics;
using MgCap.Linux.Kmod;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines.Kmod;

/// <summary>
/// A capture by the kernel module. The way of a packet:
/// <code>
///   1. the module writes it into a slot of its processor's ring   (kmod/receive.c)
///   2. what no ring can precede any more is merged and encoded    (Merge, SlotRing, PacketEncoder)
///   3. the slots go back to the module, many at once              (SlotRing.Release)
/// </code>
/// In silence the module wakes the reader. While packets come, time does: a reader that was woken for each of them would take
/// the processor from the device's polling.
/// </summary>
internal sealed class KmodSource : CaptureSource
{
    // A packet is stamped a little before it can be seen in its ring; its processor may do something else meanwhile.
    private const long Slack = 5_000_000;

    // Until the next look into the rings: while packets come, when a ring fills up, and when packets are there that were not due.
    private const int LookMilliseconds = 20;
    private const int LookMillisecondsWhenFull = 5;
    private const int LookMillisecondsWhenHolding = 6;
    private const double FullRing = 0.25;

    // Packets that are read before their slots go back to the module, however many more there are.
    private const int LongestRun = 1024;

    // A packet that was stamped further ahead than this was stamped before the clock was set back.
    private const long LeastSetBack = 1_000_000;

    private readonly KmodCapture _capture;
    private readonly KmodQueues _queues;
    private readonly SlotRing[] _rings;
    private readonly RingPoll _poll;
    private bool _stopped;
    private bool _fillsUp;
    private bool _moved;

    internal KmodSource(CaptureInterface on, KmodCapture capture, KmodQueues queues)
        : base(on, new CaptureLedger(queues.Rows))
    {
        _capture = capture;
        _queues = queues;
        _rings = [.. capture.Device.Rings];
        _poll = new RingPoll(capture.Watch, capture.Device, WakeEvent);
        var memory = capture.Device.Memory;
        Detail = $"{memory.Rings} rings of {memory.Slots} slots of {memory.SlotSize} bytes";
    }

    public override string Detail { get; }

    internal override bool CanDrop => true;

    internal override bool HoldsPackets => Array.Exists(_rings, ring => ring.HasNext);

    internal override bool IsEmpty => Array.TrueForAll(_rings, ring => ring.IsEmpty);

    internal override bool Drain(PacketEncoder encoder)
    {
        var now = NowInNanoseconds();
        var any = false;
        foreach (var ring in _rings)
        {
            ring.LookAgain();
            any |= ring.HasNext;
        }

        var moved = any && Merge(encoder, _stopped || ClockWasSetBack() ? long.MaxValue : now - Slack);
        _moved |= moved;
        return moved;
    }

    internal override SourceState Wait(int milliseconds)
    {
        var outcome = _fillsUp ? _poll.WaitForWatch(Shorter(milliseconds, LookMillisecondsWhenFull))
            : _moved ? _poll.WaitForWatch(Shorter(milliseconds, LookMilliseconds))
            : HoldsPackets ? _poll.WaitForWatch(Shorter(milliseconds, LookMillisecondsWhenHolding))
            : _poll.WaitForPackets(milliseconds);
        _moved = false;
        // Before they are read: afterwards no ring is full.
        _fillsUp = Array.Exists(_rings, ring => ring.Fill > FullRing);
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

    private protected override void ReadRingCounters() => _queues.Read(_capture.Device, _rings.Max(ring => ring.Fill));

    private protected override void Close() => _capture.Dispose();

    // As PacketSource.Merge, optimised from the first packet on.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Merge(PacketEncoder encoder, long due)
    {
        var moved = false;
        while (true)
        {
            // The ring with the earliest packet gives until another one's is earlier.
            SlotRing? first = null;
            var until = due;
            foreach (var ring in _rings)
            {
                if (!ring.HasNext)
                    continue;
                if (first is null || ring.NextTime < first.NextTime)
                {
                    if (first is not null)
                        until = Math.Min(until, first.NextTime);
                    first = ring;
                }
                else
                {
                    until = Math.Min(until, ring.NextTime);
                }
            }

            if (first is null || first.NextTime > due)
            {
                Release();
                return moved;
            }

            moved = true;
            bool goOn;
            var left = LongestRun;
            do
            {
                goOn = Encode(encoder, first);
                first.MoveNext();
            }
            while (goOn && --left > 0 && first.HasNext && first.NextTime <= until);
            if (left == 0)
                first.Release();
            if (goOn)
                continue;
            Release();
            return true;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Encode(PacketEncoder encoder, SlotRing ring)
    {
        var packet = ring.Next;
        return encoder.Write(_queues.RowOf(packet.Queue), ring.NextTime, packet.WireLength, outgoing: false, packet.Data);
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
        var latest = NowInNanoseconds() + LeastSetBack;
        foreach (var ring in _rings)
        {
            if (ring.HasNext && ring.NextTime > latest)
                return true;
        }

        return false;
    }

    private static int Shorter(int milliseconds, int longest) => milliseconds < 0 ? longest : Math.Min(milliseconds, longest);

    private static long NowInNanoseconds() => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick;
}
