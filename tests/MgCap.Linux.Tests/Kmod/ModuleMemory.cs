using System.Runtime.InteropServices;
using MgCap.Linux.Kmod;
using static MgCap.Linux.Libc.Mgcap;

namespace MgCap.Linux.Tests.Kmod;

/// <summary>The memory that mgcap.ko shares, laid out by its header, and what the module does in it (kmod/ring.c).</summary>
internal sealed unsafe class ModuleMemory : ISlotOwner, IDisposable
{
    private const int CacheLine = 64;
    private const int Page = 4096;

    private readonly byte* _start;

    internal ModuleMemory(int rings, uint slots, uint slotSize, uint start = 0)
    {
        Length = Page + (long)rings * slots * slotSize;
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)Length, Page);
        NativeMemory.Clear(_start, (nuint)Length);
        Control = new mgcap_control
        {
            version = MGCAP_CONTROL_VERSION,
            rings = (uint)rings,
            slots = slots,
            slot_size = slotSize,
            snaplen = slotSize - 32,
            rings_offset = CacheLine,
            slots_offset = Page,
            size = (ulong)Length,
            queues = 1,
        };
        for (var ring = 0; ring < rings; ring++)
            (ControlOf(ring)->head, ControlOf(ring)->tail) = (start, start);
    }

    internal ref mgcap_control Control => ref *(mgcap_control*)_start;

    internal long Length { get; }

    internal int Advances { get; private set; }

    internal SlotMemory Look(long? length = null) => new((nint)_start, length ?? Length);

    internal SlotRing Ring(int number) => new(Look(), number, this);

    /// <summary>The module's side, which is one thread's: writes a packet of which every byte is the number's last one.</summary>
    /// <returns>false when the ring is full.</returns>
    internal bool Write(int ring, long time, int length, ushort? queue = null, ulong hardwareTime = 0)
    {
        var control = ControlOf(ring);
        var head = control->head;
        if (head - Volatile.Read(ref control->tail) >= Control.slots)
            return false;
        var slot = _start + Page + ((nuint)ring * Control.slots + (head & (Control.slots - 1))) * Control.slot_size;
        new Span<byte>(slot + sizeof(mgcap_record), length).Fill((byte)time);
        *(mgcap_record*)slot = new mgcap_record { length = (ushort)(length + 1000), hwtstamp = hardwareTime };
        ((mgcap_record_tail*)(slot + Control.slot_size))[-1] = new mgcap_record_tail
        {
            flags = queue is null ? (ushort)0 : MGCAP_RECORD_QUEUE,
            queue = queue ?? 0,
            caplen = (uint)length,
            length = (uint)length + 1000,
            tstamp = (ulong)time,
        };
        Volatile.Write(ref control->head, head + 1);
        return true;
    }

    public void Advance(uint ring, uint from, uint count)
    {
        Advances++;
        Assert.Equal(ControlOf((int)ring)->tail, from);
        Volatile.Write(ref ControlOf((int)ring)->tail, from + count);
    }

    public void Dispose() => NativeMemory.AlignedFree(_start);

    private mgcap_ring_control* ControlOf(int ring) => (mgcap_ring_control*)(_start + CacheLine) + ring;
}
