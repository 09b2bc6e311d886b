using MgCap.Linux.Libc;

namespace MgCap.Linux.Kmod;

/// <summary>How a capture in mgcap.ko is to be started.</summary>
public sealed record ModuleCaptureOptions
{
    /// <summary>The fewest slots that a ring can have.</summary>
    public const int MinSlots = Mgcap.MGCAP_SLOTS_MIN;

    /// <summary>The most slots that a ring can have.</summary>
    public const int MaxSlots = Mgcap.MGCAP_SLOTS_MAX;

    /// <summary>The slots that a ring has if nothing else is asked for.</summary>
    public const int DefaultSlots = Mgcap.MGCAP_SLOTS_DEFAULT;

    /// <summary>The interface's number.</summary>
    public required int InterfaceIndex { get; init; }

    /// <summary>Whether captured packets go no further.</summary>
    public bool Drop { get; init; }

    /// <summary>Bytes kept of each packet, 14 to 262144; null for the module's usual 96.</summary>
    public int? Snaplen { get; init; }

    /// <summary>Slots of each processor's ring, a power of two; null for the module's usual 32768.</summary>
    public int? Slots { get; init; }

    /// <summary>Decides which packets are captured; null for all.</summary>
    public ReadOnlyMemory<ClassicInstruction>? Filter { get; init; }

    /// <summary>Whether the capture ends when the socket that starts it is closed.</summary>
    public bool EndsWithSocket { get; init; }

    /// <summary>The size of a slot in bytes: the next power of two that holds the snap length and what is around the frame.</summary>
    public static unsafe int SlotSize(int snaplen) =>
        (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(snaplen + sizeof(Mgcap.mgcap_record) + sizeof(Mgcap.mgcap_record_tail)));
}

/// <summary>A capture that runs in mgcap.ko. <c>Received = Filtered + Captured + Dropped</c> once its interface is quiet.</summary>
public sealed record ModuleCapture
{
    /// <summary>The interface's number.</summary>
    public int InterfaceIndex { get; init; }

    /// <summary>The name of interface and device.</summary>
    public string Interface { get; init; } = "";

    /// <summary>Whether captured packets go no further.</summary>
    public bool Drops { get; init; }

    /// <summary>Bytes kept of each packet.</summary>
    public int Snaplen { get; init; }

    /// <summary>Slots of each ring.</summary>
    public int Slots { get; init; }

    /// <summary>Bytes of each slot.</summary>
    public int SlotSize { get; init; }

    /// <summary>How many rings there are: one for each processor.</summary>
    public int Rings { get; init; }

    /// <summary>The filter's length in instructions of the kernel's own translation; 0 where there is none.</summary>
    public int FilterLength { get; init; }

    /// <summary>Slots that wait for a reader, of all rings.</summary>
    public long Fill { get; init; }

    /// <summary>Packets that reached the module.</summary>
    public long Received { get; init; }

    /// <summary>Of these, packets that the filter left out.</summary>
    public long Filtered { get; init; }

    /// <summary>Packets put into a ring.</summary>
    public long Captured { get; init; }

    /// <summary>Packets lost.</summary>
    public long Dropped { get; init; }

    /// <summary>Of these, packets that found their ring full.</summary>
    public long DroppedFull { get; init; }

    /// <summary>Of these, packets that could not be copied.</summary>
    public long DroppedUnreadable { get; init; }

    /// <summary>Bytes kept of captured packets.</summary>
    public long CapturedBytes { get; init; }

    /// <summary>Bytes they had on the wire.</summary>
    public long WireBytes { get; init; }
}
