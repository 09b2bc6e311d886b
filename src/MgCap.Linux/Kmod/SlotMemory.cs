using static MgCap.Linux.Libc.Mgcap;

namespace MgCap.Linux.Kmod;

/// <summary>
/// What /dev/mgcap/IF maps: control page, heads and tails, slots (kmod/uapi/mgcap.h draws it). Everything in it is the kernel's
/// to write; what it says of itself was checked against the mapping's length. The memory stays the caller's.
/// </summary>
public readonly unsafe struct SlotMemory
{
    private readonly byte* _start;
    private readonly mgcap_control _control;

    /// <summary>Looks at the control page.</summary>
    /// <param name="start">The mapping's address.</param>
    /// <param name="length">The mapping's length in bytes.</param>
    /// <exception cref="InvalidDataException">It is of another version, or says what can't be; the message says which.</exception>
    public SlotMemory(nint start, long length)
    {
        _start = (byte*)start;
        _control = length < sizeof(mgcap_control) ? throw Unusable("is too short") : *(mgcap_control*)start;
        if (_control.version != MGCAP_CONTROL_VERSION)
            throw Unusable($"is of version {_control.version}, and {MGCAP_CONTROL_VERSION} is known here");
        if (!IsPowerOfTwo(_control.slots) || !IsPowerOfTwo(_control.slot_size) || _control.slot_size < sizeof(mgcap_record) + sizeof(mgcap_record_tail))
            throw Unusable($"has {_control.slots} slots of {_control.slot_size} bytes");
        var controlsEnd = (UInt128)_control.rings_offset + (UInt128)_control.rings * (uint)sizeof(mgcap_ring_control);
        var slotsEnd = (UInt128)_control.slots_offset + (UInt128)_control.rings * _control.slots * _control.slot_size;
        if (_control.rings == 0 || controlsEnd > (ulong)length || slotsEnd > (ulong)length)
            throw Unusable($"has {_control.rings} rings in {length} bytes");
    }

    /// <summary>How many rings there are, one for each processor.</summary>
    public int Rings => (int)_control.rings;

    /// <summary>Slots of each ring, a power of two.</summary>
    public uint Slots => _control.slots;

    /// <summary>Bytes of each slot, a power of two.</summary>
    public uint SlotSize => _control.slot_size;

    /// <summary>Receive queues that are counted; packets of which none is known come on top.</summary>
    public int Queues => (int)_control.queues;

    /// <summary>The length of the whole mapping, by the control page at its start.</summary>
    internal static long LengthOf(nint controlPage) => (long)((mgcap_control*)controlPage)->size;

    internal mgcap_ring_control* ControlOf(int ring) => (mgcap_ring_control*)(_start + _control.rings_offset) + ring;

    internal byte* SlotsOf(int ring) => _start + _control.slots_offset + (nuint)ring * Slots * SlotSize;

    private static bool IsPowerOfTwo(uint value) => System.Numerics.BitOperations.IsPow2(value);

    private static InvalidDataException Unusable(string what) => new($"the memory that mgcap.ko shares {what}: module and program do not fit together");
}
