using System.Diagnostics;
using MgCap.Capture.Blocks;
using MgCap.Capture.Engines.Ordering;
using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Statistics;
using MgCap.Linux;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>
/// A capture by XDP. The way of a packet:
/// <code>
///   1. the program writes it into its processor's ring, as a finished block   (capture.bpf.c)
///   2. what no ring can precede any more is merged and copied                 (RingMerge, BlockRing, PacketEncoder)
///   3. the room goes back to the program                                      (BlockRing.Release)
/// </code>
/// While packets come nothing wakes the reader but time: a ring is looked into every few milliseconds, so that reading never takes
/// the processor from the device's polling for a packet alone. In silence it sleeps until the program rings.
/// </summary>
internal sealed class XdpSource : CaptureSource
{
    // In silence the program rings. What it publishes in the very moment when the reader falls asleep it may not ring for, as
    // neither sees at once what the other writes: so one more look comes soon.
    private const int PollIntervalFallingAsleep = 5;
    private const int PollIntervalInSilence = 1000;

    // Blocks that are read before their room goes back to the program, however many more there are.
    private const int ReleaseEvery = 1024;

    private readonly XdpProgram _program;
    private readonly XdpAttachment _attachment;
    private readonly BlockRing[] _rings;
    private readonly ClockStepEvent _clockStep = new();
    private readonly RingPoll _poll;
    private readonly StampedBlocks[] _stamped;
    private readonly IRingMerge _merge;
    private readonly DueTime _due;
    private readonly ReaderPace _pace = new();
    private long _stoppedAt;

    internal XdpSource(CaptureInterface nic, XdpProgram program, XdpAttachment attachment, IReadOnlyList<QueueLedger> queues, HardwareStamps? stamps = null)
        : base(nic, queues, stamps)
    {
        _program = program;
        _attachment = attachment;
        Detail = nic.StripsVlanTags && program.Hooks is { Receive: ReceiveHook.Native or ReceiveHook.Generic or ReceiveHook.Bound, Binding: not { Tags: true } }
            ? $"{program.Hooks.Detail}, without VLAN tags that the device takes out ('ethtool -K {nic.Name} rxvlan off' leaves them in)"
            : program.Hooks.Detail;
        _rings = program.Rings;
        _poll = new RingPoll([attachment.Watch], [program.Bell, _clockStep, .. Wakes]);
        _due = new DueTime(stamps is not null);
        _stamped = stamps is null ? [] : [.. _rings.Select(ring => new StampedBlocks(ring))];
        _merge = stamps is null
            ? new RingMerge<XdpRing>([.. _rings.Select(ring => new XdpRing(ring))], ReleaseEvery)
            : new RingMerge<StampedBlocks.MergedRing>([.. _stamped.Select(blocks => new StampedBlocks.MergedRing(blocks))], ReleaseEvery);
        FollowClock();
        program.Receiving = true;
    }

    public override string Detail { get; }

    internal override bool CanDrop => _program.Hooks.Egress == EgressHook.None || _program.Hooks.CanDropSent;

    internal override bool HasPending => _merge.HasPending;

    // A program that had begun when receiving was stopped may still have been at work.
    internal override bool IsEmpty =>
        Array.TrueForAll(_rings, ring => ring.IsEmpty) && !HasPending && Stopwatch.GetElapsedTime(_stoppedAt).Ticks * TimeSpan.NanosecondsPerTick > DueTime.KernelSlack;

    internal override RingPoll Poll => _poll;

    internal override long NextTime => _merge.NextTime;

    internal override bool Take(out long due)
    {
        var complete = Now();
        foreach (var ring in _rings)
            ring.Refresh();
        foreach (var blocks in _stamped)
            blocks.TakeAll(Stamps!.Clock.Conversion);
        due = _merge.HasPending ? _due.Of(complete, Now(), _merge) : complete - _due.Slack;
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
        FollowClock();
        _poll.Choose(WaitFor.Packets);
        return ReaderPace.Shorter(milliseconds, _pace.Next(HasPending) ?? FallAsleep());
    }

    internal override SourceState EndWait()
    {
        var outcome = _poll.TakeOutcome();
        _pace.Slept(_rings.Max(ring => ring.Fill));
        // The programs stay where they are while the interface is down. The socket that reports it reports it once.
        if (outcome == WaitOutcome.Error)
            _attachment.IsInterfaceDown();
        return FollowInterface();
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
        for (var i = 0; i < Queues.Count; i++)
        {
            var (filtered, dropped) = _program.Count(i);
            Queues[i].SetKernelCounts(filtered, dropped);
            Queues[i].SetRingFill(fill);
        }
    }

    private protected override void Close()
    {
        _attachment.Dispose();
        _program.Dispose();
        _clockStep.Dispose();
    }

    private int FallAsleep()
    {
        if (_program.ReaderSleeps)
            return PollIntervalInSilence;
        _program.ReaderSleeps = true;
        return PollIntervalFallingAsleep;
    }

    /// <summary>The programs' clock, in nanoseconds since 1970-01-01 UTC.</summary>
    private long Now() => Stopwatch.GetTimestamp() + _program.UtcOffset;

    /// <summary>The program reads the monotonic clock; UTC is that and what lies between them.</summary>
    private void FollowClock()
    {
        var offset = UtcOffset.Update(_program.UtcOffset, UtcOffset.Read());
        if (offset != _program.UtcOffset)
            _program.UtcOffset = offset;
    }
}
