using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Statistics;
using MgCap.Linux;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines.Packet;

/// <summary>
/// A capture by packet sockets. The way of a packet:
/// <code>
///   1. the kernel copies it into a block of a ring               (PacketRing)
///   2. the block is taken and its packets are put in order       (OrderedRing)
///   3. what no ring can precede any more is merged and encoded   (Merge, PacketEncoder)
///   4. the block goes back to the kernel                         (OrderedRing)
/// </code>
/// </summary>
internal sealed class PacketSource : CaptureSource
{
    // A packet is stamped a little before it can be seen in its ring; it may be overtaken on another processor meanwhile.
    private const int SlackMilliseconds = 5;
    private const long Slack = SlackMilliseconds * 1_000_000L;

    // A device stamps a packet when it arrives, and has it in its own ring until the kernel comes by: the longer the more there are.
    private const long SlackOfHardware = 4 * Slack;

    // While packets are held back, the rings fill on: each time this thread wakes up it takes its core from the device's polling.
    private const int HoldMilliseconds = 2 * SlackMilliseconds;

    // Longer than any block stays open: a packet that still seems to lie in the future does so because the clock was set back.
    private const long LongestHoldMilliseconds = 200;

    private const int VlanTagLength = 4;
    private const int EthernetAddressesLength = 12;
    private const int CookedHeaderLength = 16;

    private readonly PacketSockets _sockets;
    private readonly OrderedRing[] _rings;
    private readonly int _snaplen;
    private readonly RingPoll _poll;
    private readonly long[] _accepted;
    private readonly long[] _dropped;
    private readonly long _slack;
    private long _heldSince;

    internal PacketSource(CaptureSettings settings, CaptureInterface on, PacketSockets sockets, HardwareStamps? stamps)
        : base(on, new CaptureLedger(sockets.Queues), stamps)
    {
        _slack = stamps is null ? Slack : SlackOfHardware;
        _sockets = sockets;
        _rings = sockets.Rings;
        _snaplen = settings.Snaplen;
        _accepted = new long[_rings.Length];
        _dropped = new long[_rings.Length];
        _poll = new RingPoll([.. _rings.Select(ring => ring.Ring)], WakeEvent);
    }

    public override string Detail => _sockets.Detail;

    internal override bool CanDrop => false;

    internal override bool HoldsPackets => Array.Exists(_rings, ring => ring.HasPending);

    internal override bool IsEmpty
    {
        get
        {
            ReadCounters();
            for (var i = 0; i < _rings.Length; i++)
            {
                if (_rings[i].HasPending || _rings[i].Taken < _accepted[i] - _dropped[i])
                    return false;
            }

            return true;
        }
    }

    internal override bool Drain(PacketEncoder encoder)
    {
        var now = NowInNanoseconds();
        var due = long.MaxValue;
        var taken = false;
        var pending = false;
        var conversion = Stamps?.Clock.Conversion;
        foreach (var ring in _rings)
        {
            taken |= ring.TakeBlock(conversion);
            due = Math.Min(due, ring.Ring.Horizon(now) - _slack);
            pending |= ring.HasPending;
        }

        if (!pending)
            return false;
        if (_heldSince != 0 && Environment.TickCount64 - _heldSince > LongestHoldMilliseconds)
            due = long.MaxValue;
        var moved = Merge(encoder, due);
        _heldSince = moved ? 0 : _heldSince != 0 ? _heldSince : Environment.TickCount64;
        // After a pause in the traffic a block makes none before it due, and there may be more blocks.
        return moved || taken;
    }

    internal override SourceState Wait(int milliseconds)
    {
        if (HoldsPackets)
        {
            _poll.WaitForWake(milliseconds < 0 ? HoldMilliseconds : Math.Min(milliseconds, HoldMilliseconds));
            return SourceState.Receiving;
        }

        return _poll.WaitForPackets(milliseconds) == WaitOutcome.Error && IsInterfaceDown() ? SourceState.InterfaceDown : SourceState.Receiving;
    }

    internal override void StopReceiving() => _sockets.RejectAll();

    private protected override void ChangeMode(CaptureMode mode)
    {
        if (mode == CaptureMode.Drop)
            throw new CaptureRefusedException(RefusalCode.ModeUnsupported, "Packet sockets see copies of packets and can't drop them.");
    }

    private protected override void ReadRingCounters()
    {
        for (var i = 0; i < _rings.Length; i++)
        {
            var (accepted, dropped) = _rings[i].Ring.ReadAndResetCounters();
            _accepted[i] += accepted;
            _dropped[i] += dropped;
        }

        _sockets.UpdateLedger(_dropped);
    }

    private protected override void Close() => _sockets.Dispose();

    private static long NowInNanoseconds() => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick;

    // Optimised from the first packet on: the compiler's quick first version takes four times as long, and stays for a second under load.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Merge(PacketEncoder encoder, long due)
    {
        var moved = false;
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
                return moved;
            moved = true;
            do
            {
                var goOn = Encode(encoder, ring);
                ring.RemoveNext();
                if (!goOn)
                    return true;
            }
            while (ring.HasPending && ring.NextTime <= until);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Encode(PacketEncoder encoder, OrderedRing ring)
    {
        var packet = ring.Ring.PacketAt(ring.NextOffset);
        var outgoing = packet.Type == PacketType.Outgoing;
        var queue = outgoing ? _sockets.SentQueue : ring.ReceiveQueue;
        var goOn = Encode(encoder, ring, packet, queue, outgoing);
        if (Stamps is not null && !packet.IsHardwareStamped)
            encoder.CountSoftwareStamped(queue);
        return goOn;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Encode(PacketEncoder encoder, OrderedRing ring, RingPacket packet, int queue, bool outgoing)
    {
        if (_sockets.Cooked)
            return EncodeCooked(encoder, ring, packet, queue, outgoing);
        if (packet.VlanTag != 0 && packet.Data.Length >= EthernetAddressesLength)
            return EncodeTagged(encoder, ring, packet, queue, outgoing);
        return encoder.Write(queue, ring.NextTime, packet.WireLength, outgoing, Cut(packet.Data, _snaplen));
    }

    /// <summary>Puts the tag back where it was, after the addresses.</summary>
    private bool EncodeTagged(PacketEncoder encoder, OrderedRing ring, RingPacket packet, int queue, bool outgoing)
    {
        Span<byte> tag = stackalloc byte[VlanTagLength];
        BinaryPrimitives.WriteUInt32BigEndian(tag, packet.VlanTag);
        var first = packet.Data[..EthernetAddressesLength];
        var second = Cut(tag, _snaplen - first.Length);
        var third = Cut(packet.Data[EthernetAddressesLength..], _snaplen - first.Length - second.Length);
        return encoder.Write(queue, ring.NextTime, packet.WireLength + VlanTagLength, outgoing, first, second, third);
    }

    /// <summary>Makes the header of LINKTYPE_LINUX_SLL.</summary>
    private bool EncodeCooked(PacketEncoder encoder, OrderedRing ring, RingPacket packet, int queue, bool outgoing)
    {
        Span<byte> header = stackalloc byte[CookedHeaderLength];
        header.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)packet.Type);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], packet.HardwareType);
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)packet.SenderAddress.Length);
        packet.SenderAddress.CopyTo(header[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(header[14..], packet.Protocol);
        var first = Cut(header, _snaplen);
        return encoder.Write(
            queue, ring.NextTime, packet.WireLength + CookedHeaderLength, outgoing, first, Cut(packet.Data, _snaplen - first.Length), []);
    }

    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> data, int length) => data.Length > length ? data[..length] : data;

    private bool IsInterfaceDown()
    {
        var down = false;
        foreach (var ring in _rings)
        {
            var error = ring.Ring.TakeError();
            if (error is not (Errno.None or Errno.ENETDOWN))
                throw new LinuxException("receive packets", error);
            down |= error == Errno.ENETDOWN;
        }

        return down;
    }
}
