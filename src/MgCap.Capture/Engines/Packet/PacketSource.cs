using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using MgCap.Capture.Blocks;
using MgCap.Capture.Engines.Ordering;
using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Interfaces;
using MgCap.Linux;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines.Packet;

/// <summary>
/// A capture by packet sockets. The way of a packet:
/// <code>
///   1. the kernel copies it into a block of a ring               (PacketRing)
///   2. the block is taken and its packets are put in order       (OrderedRing)
///   3. what no ring can precede any more is merged and encoded   (RingMerge, PacketEncoder)
///   4. the block goes back to the kernel                         (OrderedRing)
/// </code>
/// </summary>
internal sealed class PacketSource : CaptureSource
{
    private const int VlanTagLength = 4;
    private const int EthernetAddressesLength = 12;

    private readonly PacketSockets _sockets;
    private readonly OrderedRing[] _rings;
    private readonly int _snaplen;
    private readonly RingPoll _poll;
    private readonly long[] _accepted;
    private readonly long[] _dropped;
    private readonly RingMerge<OrderedRing.MergedRing> _merge;
    private readonly DueTime _due;
    private readonly bool _isEthernet;
    private readonly CookedHeader? _cooked;
    private readonly bool _isCan;

    internal PacketSource(CaptureSettings settings, CaptureInterface nic, PacketSockets sockets, HardwareStamps? stamps)
        : base(nic, sockets.Queues, stamps)
    {
        _due = new DueTime(stamps is not null);
        _sockets = sockets;
        _rings = sockets.Rings;
        _merge = new RingMerge<OrderedRing.MergedRing>([.. _rings.Select(ring => new OrderedRing.MergedRing(ring, this))], int.MaxValue);
        _snaplen = settings.Snaplen;
        _isEthernet = nic.LinkType == LinkType.Ethernet;
        _cooked = nic.LinkType.IsCooked ? new CookedHeader(nic.LinkType) : null;
        _isCan = nic.LinkType == LinkType.Can;
        _accepted = new long[_rings.Length];
        _dropped = new long[_rings.Length];
        _poll = new RingPoll([.. _rings.Select(ring => ring.Ring)], Wakes);
    }

    public override string Detail => _sockets.Detail;

    internal override bool CanDrop => false;

    internal override bool HasPending => _merge.HasPending;

    internal override bool IsEmpty
    {
        get
        {
            ReadQueueCounters();
            for (var i = 0; i < _rings.Length; i++)
            {
                if (_rings[i].HasPending || _rings[i].Taken < _accepted[i] - _dropped[i])
                    return false;
            }

            return true;
        }
    }

    internal override RingPoll Poll => _poll;

    internal override long NextTime => _merge.NextTime;

    // A block of each ring, so that a packet is still in the processor's cache when it is encoded.
    internal override bool Take(out long due)
    {
        var complete = Timestamp.MachineNow();
        var conversion = Stamps?.Clock.Conversion;
        var taken = false;
        foreach (var ring in _rings)
        {
            taken |= ring.TakeBlock(conversion);
            complete = Math.Min(complete, ring.Ring.Horizon(complete));
        }

        due = _due.Of(complete, Timestamp.MachineNow(), _merge);
        return taken;
    }

    internal override int Encode(PacketEncoder encoder, long until) => _merge.Merge(encoder, until);

    internal override void Release() => _merge.Release();

    internal override int BeginWait(int milliseconds)
    {
        _poll.Choose(HasPending ? WaitFor.Wakes : WaitFor.Packets);
        return HasPending ? ReaderPace.Shorter(milliseconds, ReaderPace.WhenPending) : milliseconds;
    }

    internal override SourceState EndWait()
    {
        if (_poll.TakeOutcome() == WaitOutcome.Error)
            ClearErrors();
        return FollowInterface();
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

    /// <summary>Encodes a ring's next packet.</summary>
    /// <returns>false when a stop condition is reached and no more is to be written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Encode(PacketEncoder encoder, OrderedRing ring)
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
        if (_cooked is not null)
            return EncodeCooked(encoder, ring, packet, queue, outgoing, _cooked);
        if (packet.VlanTag != 0 && _isEthernet && packet.Data.Length >= EthernetAddressesLength)
            return EncodeTagged(encoder, ring, packet, queue, outgoing);
        if (_isCan)
            return EncodeCan(encoder, ring, packet, queue, outgoing);
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

    private bool EncodeCooked(PacketEncoder encoder, OrderedRing ring, RingPacket packet, int queue, bool outgoing, CookedHeader cooked)
    {
        Span<byte> header = stackalloc byte[CookedHeader.MaxLength];
        header = header[..cooked.Write(header, packet)];
        var first = Cut(header, _snaplen);
        return encoder.Write(
            queue, ring.NextTime, packet.WireLength + header.Length, outgoing, first, Cut(packet.Data, _snaplen - first.Length), []);
    }

    private bool EncodeCan(PacketEncoder encoder, OrderedRing ring, RingPacket packet, int queue, bool outgoing)
    {
        Span<byte> header = stackalloc byte[CanHeader.Length];
        var kept = Cut(packet.Data, CanHeader.Length);
        kept.CopyTo(header);
        header = header[..kept.Length];
        CanHeader.ToFile(header, packet.Protocol);
        var first = Cut(header, _snaplen);
        return encoder.Write(
            queue, ring.NextTime, packet.WireLength, outgoing, first, Cut(packet.Data[header.Length..], _snaplen - first.Length), []);
    }

    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> data, int length) => data.Length > length ? data[..length] : data;

    /// <summary>A socket reports once that its interface went down; it receives again when that is up.</summary>
    private void ClearErrors()
    {
        foreach (var ring in _rings)
        {
            var error = ring.Ring.TakeError();
            if (error is not (Errno.None or Errno.ENETDOWN))
                throw new LinuxException("receive packets", error);
        }
    }
}
