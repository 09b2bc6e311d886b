using System.Diagnostics;
using System.Runtime.CompilerServices;
using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Statistics;
using MgCap.Linux;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>
/// A capture by XDP. The way of a packet:
/// <code>
///   1. the program writes it into its processor's ring, as a finished block   (capture.bpf.c)
///   2. what no ring can precede any more is merged and copied                 (Merge, BlockRing, PacketEncoder)
///   3. the room goes back to the program                                      (BlockRing.Release)
/// </code>
/// While packets come nothing wakes the reader but time: a ring is looked into every few milliseconds, so that reading never takes
/// the processor from the device's polling for a packet alone. In silence it sleeps until the program rings.
/// </summary>
internal sealed class XdpSource : CaptureSource
{
    // A packet is stamped a little before it can be seen in its ring; its processor may do something else meanwhile.
    private const long Slack = 5_000_000;

    // Until the next look into the rings: while packets come, when a ring fills up, and when packets are there that were not due.
    private const int LookMilliseconds = 20;
    private const int LookMillisecondsWhenFull = 5;
    private const int LookMillisecondsWhenHolding = 6;

    // In silence the program rings. What it publishes in the very moment when the reader falls asleep it may not ring for, as
    // neither sees at once what the other writes: so one more look comes soon.
    private const int LookMillisecondsFallingAsleep = 5;
    private const int LookMillisecondsInSilence = 1000;
    private const double FullRing = 0.25;

    // Blocks that are read before their room goes back to the program, however many more there are.
    private const int LongestRun = 1024;

    // With fewer packets than this, more will be due after a sleep.
    private const int WorthLookingAgain = 1024;

    // A packet that was stamped further ahead than this was stamped before the clock was set back.
    private const long LeastSetBack = 1_000_000;

    private readonly XdpProgram _program;
    private readonly XdpAttachment _attachment;
    private readonly BlockRing[] _rings;
    private readonly ClockStepEvent _clockStep = new();
    private readonly RingPoll _poll;
    private readonly StampOrder<StampedBlockRing>? _order;
    private long _stoppedAt;
    private bool _fillsUp;
    private bool _moved;

    internal XdpSource(CaptureInterface on, XdpProgram program, XdpAttachment attachment, CaptureLedger ledger, HardwareStamps? stamps = null)
        : base(on, ledger, stamps)
    {
        _program = program;
        _attachment = attachment;
        Detail = on.TakesVlanTagsOut && !program.TellsTags && attachment.SeesReceived
            ? $"{attachment.Detail}, without VLAN tags that the device takes out ('ethtool -K {on.Name} rxvlan off' leaves them in)"
            : attachment.Detail;
        _rings = program.Rings;
        _poll = new RingPoll(attachment.Watch, WakeEvent, program.Bell, _clockStep);
        if (stamps is not null)
            _order = new StampOrder<StampedBlockRing>([.. _rings.Select(ring => new StampedBlockRing(ring))]);
        FollowClock();
        program.Receiving = true;
    }

    public override string Detail { get; }

    internal override bool CanDrop => _attachment.CanDrop;

    internal override bool HoldsPackets => _order?.HoldsPackets ?? Array.Exists(_rings, ring => ring.HasNext);

    // A program that had begun when receiving was stopped may still have been at work.
    internal override bool IsEmpty =>
        Array.TrueForAll(_rings, ring => ring.IsEmpty) && !HoldsPackets && Stopwatch.GetElapsedTime(_stoppedAt).Ticks * TimeSpan.NanosecondsPerTick > Slack;

    internal override bool Drain(PacketEncoder encoder)
    {
        var now = Stopwatch.GetTimestamp() + _program.UtcOffset;
        var any = false;
        foreach (var ring in _rings)
        {
            ring.LookAgain();
            any |= ring.HasNext;
        }

        var moved = _order is not null ? _order.Drain(Stamps!.Clock.Conversion, now, encoder)
            : any ? Merge(encoder, ClockWasSetBack() ? long.MaxValue : now - Slack)
            : 0;
        _moved |= moved > 0;
        // Under load there is always one more that has just become due: to look again for it alone would take the processor from the device.
        return moved >= WorthLookingAgain;
    }

    internal override SourceState Wait(int milliseconds)
    {
        FollowClock();
        var longest = LongestWait();
        _moved = false;
        var outcome = _poll.WaitForPackets(milliseconds < 0 ? longest : Math.Min(milliseconds, longest));
        // Before they are read: afterwards no ring is full.
        _fillsUp = Array.Exists(_rings, ring => ring.Fill > FullRing);
        return outcome == WaitOutcome.Error && _attachment.IsInterfaceDown() ? SourceState.InterfaceDown : SourceState.Receiving;
    }

    internal override void StopReceiving()
    {
        _program.Receiving = false;
        _stoppedAt = Stopwatch.GetTimestamp();
    }

    private protected override void ChangeMode(CaptureMode mode)
    {
        if (mode == CaptureMode.Drop && !CanDrop)
            throw new CaptureRefusedException(RefusalCode.ModeUnsupported, $"The capture has sent packets, and {XdpEngine.DropOfSent}.");
        _program.Drop = mode == CaptureMode.Drop;
    }

    private protected override void ReadRingCounters()
    {
        var fill = _rings.Max(ring => ring.Fill);
        for (var i = 0; i < Ledger.Queues.Count; i++)
        {
            var (filtered, dropped) = _program.Count(i);
            Ledger.Queues[i].SetKernelCounts(filtered, dropped);
            Ledger.Queues[i].SetRingFill(fill);
        }
    }

    private protected override void Close()
    {
        _attachment.Dispose();
        _program.Dispose();
        _clockStep.Dispose();
    }

    private int LongestWait()
    {
        if (_fillsUp)
            return LookMillisecondsWhenFull;
        if (_moved)
            return LookMilliseconds;
        if (HoldsPackets)
            return LookMillisecondsWhenHolding;
        if (_program.ReaderSleeps)
            return LookMillisecondsInSilence;
        _program.ReaderSleeps = true;
        return LookMillisecondsFallingAsleep;
    }

    // As PacketSource.Merge, optimised from the first packet on.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Merge(PacketEncoder encoder, long due)
    {
        var moved = 0;
        while (true)
        {
            // The ring with the earliest packet gives until another one's is earlier.
            BlockRing? first = null;
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
                return moved;
            bool goOn;
            var left = LongestRun;
            do
            {
                goOn = Copy(encoder, first);
                first.MoveNext();
                moved++;
            }
            while (goOn && --left > 0 && first.HasNext && first.NextTime <= until);
            first.Release();
            if (!goOn)
                return moved;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Copy(PacketEncoder encoder, BlockRing ring)
    {
        var block = ring.Next;
        return ProgramBlock.Copy(block, ProgramBlock.QueueOf(block), ring.NextTime, encoder);
    }

    /// <summary>
    /// Whether a packet is stamped later than now. To wait until it is due would hold up its ring, for as long as the clock
    /// was set back; so everything is due then, once.
    /// </summary>
    private bool ClockWasSetBack()
    {
        var latest = Stopwatch.GetTimestamp() + _program.UtcOffset + LeastSetBack;
        foreach (var ring in _rings)
        {
            if (ring.HasNext && ring.NextTime > latest)
                return true;
        }

        return false;
    }

    /// <summary>The program reads the monotonic clock; UTC is that and what lies between them.</summary>
    private void FollowClock()
    {
        var offset = UtcOffset.Follow(_program.UtcOffset, UtcOffset.Read());
        if (offset != _program.UtcOffset)
            _program.UtcOffset = offset;
    }
}
