using System.Runtime.InteropServices;

namespace MgCap.Testing;

/// <summary>
/// The memory that mgcap.ko shares with its readers, laid out as kmod/uapi/mgcap.h says, and what the module does in it
/// (kmod/ring.c). Declared here a second time, apart from MgCap.Linux, so that a mistake there shows.
/// </summary>
public sealed unsafe class ModuleMemory : IDisposable
{
    private const int RingsOffset = 64;
    private const int SlotsOffset = 4096;
    private const int TailOfRing = 64;
    private const int BytesOfRing = 128;
    private const int BytesBeforeFrame = 10;
    private const ushort QueueIsKnown = 2;

    private readonly byte* _start;

    /// <param name="rings">Rings, at most 31.</param>
    /// <param name="slots">Slots of each, a power of two.</param>
    /// <param name="slotSize">Bytes of each slot, a power of two.</param>
    /// <param name="first">The number of each ring's first packet.</param>
    public ModuleMemory(int rings, uint slots, uint slotSize, uint first = 0)
    {
        Length = SlotsOffset + (long)rings * slots * slotSize;
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)Length, SlotsOffset);
        NativeMemory.Clear(_start, (nuint)Length);
        Control = new ControlPage
        {
            Version = 1,
            Rings = (uint)rings,
            Slots = slots,
            SlotSize = slotSize,
            SnapLength = slotSize - 32,
            RingsOffset = RingsOffset,
            SlotsOffset = SlotsOffset,
            Size = (ulong)Length,
            Queues = 1,
        };
        for (var ring = 0; ring < rings; ring++)
            (*Head(ring), *Tail(ring)) = (first, first);
    }

    /// <summary>What the memory says of itself; a test may have it say something else.</summary>
    public ref ControlPage Control => ref *(ControlPage*)_start;

    /// <summary>Where the memory is.</summary>
    public nint Address => (nint)_start;

    /// <summary>Its length in bytes.</summary>
    public long Length { get; }

    /// <summary>How often slots were given back.</summary>
    public int Advances { get; private set; }

    /// <summary>The module's side, which is one thread's: writes a packet of which every byte is the last of its time.</summary>
    /// <param name="ring">Which ring.</param>
    /// <param name="time">The software stamp.</param>
    /// <param name="length">Bytes captured; on the wire it had 1000 more.</param>
    /// <param name="queue">The receive queue, if known.</param>
    /// <param name="hardwareTime">The hardware stamp; 0 for none.</param>
    /// <returns>false when the ring is full.</returns>
    public bool Write(int ring, long time, int length, ushort? queue = null, long hardwareTime = 0)
    {
        var head = *Head(ring);
        if (head - Volatile.Read(ref *Tail(ring)) >= Control.Slots)
            return false;
        var slot = _start + SlotsOffset + ((nuint)ring * Control.Slots + (head & (Control.Slots - 1))) * Control.SlotSize;
        var end = slot + Control.SlotSize;
        *(ushort*)slot = (ushort)(length + 1000);
        *(long*)(slot + 2) = hardwareTime;
        new Span<byte>(slot + BytesBeforeFrame, length).Fill((byte)time);
        *(ushort*)(end - 22) = queue is null ? (ushort)0 : QueueIsKnown;
        *(ushort*)(end - 18) = queue ?? 0;
        *(uint*)(end - 16) = (uint)length;
        *(uint*)(end - 12) = (uint)length + 1000;
        *(long*)(end - 8) = time;
        Volatile.Write(ref *Head(ring), head + 1);
        return true;
    }

    /// <summary>As MGCAP_IOC_ADVANCE, which a reader has to call with the tail that is there.</summary>
    public void Advance(uint ring, uint from, uint count)
    {
        var tail = Tail((int)ring);
        if (*tail != from || *Head((int)ring) - from < count)
            throw new InvalidOperationException($"{count} slots from {from} of ring {ring} were given back, and the tail is {*tail}");
        Advances++;
        Volatile.Write(ref *tail, from + count);
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(_start);

    private uint* Head(int ring) => (uint*)(_start + RingsOffset + ring * BytesOfRing);

    private uint* Tail(int ring) => (uint*)(_start + RingsOffset + ring * BytesOfRing + TailOfRing);

    /// <summary>struct mgcap_control</summary>
    public struct ControlPage
    {
        /// <summary>version</summary>
        public uint Version { get; set; }

        /// <summary>rings</summary>
        public uint Rings { get; set; }

        /// <summary>slots</summary>
        public uint Slots { get; set; }

        /// <summary>slot_size</summary>
        public uint SlotSize { get; set; }

        /// <summary>snaplen</summary>
        public uint SnapLength { get; set; }

        /// <summary>rings_offset</summary>
        public uint RingsOffset { get; set; }

        /// <summary>slots_offset</summary>
        public ulong SlotsOffset { get; set; }

        /// <summary>size</summary>
        public ulong Size { get; set; }

        /// <summary>queues</summary>
        public uint Queues { get; set; }
    }
}
