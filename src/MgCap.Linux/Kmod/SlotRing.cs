using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using static MgCap.Linux.Libc.Mgcap;

namespace MgCap.Linux.Kmod;

/// <summary>Takes slots back for the kernel.</summary>
public interface ISlotOwner
{
    /// <summary>Gives slots back.</summary>
    /// <param name="ring">Of which ring.</param>
    /// <param name="from">The tail that was started from.</param>
    /// <param name="count">How many.</param>
    void Advance(uint ring, uint from, uint count);
}

/// <summary>
/// The reader's half of a ring of mgcap.ko: the processor whose ring it is writes, one thread reads. Slots are numbered from 0
/// and wrap at 2^32. Packets are taken in their order, and their slots are the kernel's again from <see cref="ReleaseUpTo"/> on.
/// </summary>
public sealed unsafe class SlotRing
{
    private const int BytesAhead = 1024;

    private readonly ISlotOwner _owner;
    private readonly mgcap_ring_control* _control;
    private readonly byte* _slots;
    private readonly uint _number;
    private readonly uint _count;
    private readonly uint _slotSize;
    private uint _released;
    private uint _next;
    private uint _known;

    /// <param name="memory">The rings, which stay the caller's and must outlive this.</param>
    /// <param name="number">Which ring.</param>
    /// <param name="owner">Takes slots back.</param>
    public SlotRing(SlotMemory memory, int number, ISlotOwner owner)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, memory.Rings);
        _owner = owner;
        _control = memory.ControlOf(number);
        _slots = memory.SlotsOf(number);
        _number = (uint)number;
        _count = memory.Slots;
        _slotSize = memory.SlotSize;
        _released = _next = _known = Volatile.Read(ref _control->tail);
    }

    /// <summary>Packets written that were not taken; as of the last <see cref="Refresh"/>.</summary>
    public int Waiting => (int)(_known - _next);

    /// <summary>Whether the kernel has written nothing that was not taken.</summary>
    public bool IsEmpty => Volatile.Read(ref _control->head) == _next;

    /// <summary>The number of the packet that is taken next.</summary>
    public uint NextNumber => _next;

    /// <summary>The part of the ring that was not given back to the kernel, 0 to 1. Any thread.</summary>
    public double Fill
    {
        get
        {
            // The tail first: it never passes a head that is read after it.
            var tail = Volatile.Read(ref _control->tail);
            return Math.Min(1, (double)(Volatile.Read(ref _control->head) - tail) / _count);
        }
    }

    /// <summary>Takes note of the packets written by now; with acquire order, so that they are seen whole.</summary>
    public void Refresh() => _known = Volatile.Read(ref _control->head);

    /// <summary>Takes the next packet, of those waiting.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SlotPacket Take()
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(SlotAt(_next) + BytesAhead);
        return PacketAt(_next++);
    }

    /// <summary>A packet that was taken and not given back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SlotPacket PacketAt(uint number) => new(SlotAt(number), _slotSize);

    /// <summary>Gives the slots of packets that were taken to the kernel: all before a number.</summary>
    /// <exception cref="LinuxException">ESTALE when somebody else has read from the ring.</exception>
    public void ReleaseUpTo(uint number)
    {
        if (number == _released)
            return;
        _owner.Advance(_number, _released, number - _released);
        _released = number;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* SlotAt(uint number) => _slots + (nuint)(number & (_count - 1)) * _slotSize;
}

/// <summary>A packet where the kernel put it: borrowed, and gone when its slot is released. Each member reads the ring.</summary>
public readonly unsafe ref struct SlotPacket
{
    private readonly byte* _slot;
    private readonly uint _slotSize;

    internal SlotPacket(byte* slot, uint slotSize)
    {
        _slot = slot;
        _slotSize = slotSize;
    }

    /// <summary>The bytes captured, with the VLAN tag that had been stripped; at most what the slot has room for.</summary>
    public ReadOnlySpan<byte> Data => new(_slot + sizeof(mgcap_record), (int)Math.Min(Tail->caplen, _slotSize - sizeof(mgcap_record) - sizeof(mgcap_record_tail)));

    /// <summary>When it was captured, in nanoseconds since 1970-01-01 UTC.</summary>
    public long Time => (long)Tail->tstamp;

    /// <summary>What the device's clock showed when it arrived, in nanoseconds; 0 where the device did not stamp it.</summary>
    public long HardwareTime => (long)((mgcap_record*)_slot)->hwtstamp;

    /// <summary>Length of the frame on the wire in bytes.</summary>
    public int WireLength => (int)Tail->length;

    /// <summary>The receive queue; -1 where it is not known.</summary>
    public int Queue => (Tail->flags & MGCAP_RECORD_QUEUE) != 0 ? Tail->queue : -1;

    private mgcap_record_tail* Tail => (mgcap_record_tail*)(_slot + _slotSize) - 1;
}
