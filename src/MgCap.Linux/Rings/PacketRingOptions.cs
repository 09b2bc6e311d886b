namespace MgCap.Linux.Rings;

/// <summary>How a packet socket's ring is to be made.</summary>
public sealed record PacketRingOptions
{
    /// <summary>The interface to bind to; 0 for all.</summary>
    public required int InterfaceIndex { get; init; }

    /// <summary>Bytes in a block: a power of two, at least a page, larger than the longest packet kept.</summary>
    public required int BlockSize { get; init; }

    /// <summary>Blocks in the ring. The ring is at most 4 GiB - 1.</summary>
    public required int BlockCount { get; init; }

    /// <summary>After this time a block with at least one packet in it is given away though it is not full; whole milliseconds.</summary>
    public required TimeSpan RetireAfter { get; init; }

    /// <summary>Leaves the link-layer header out (SOCK_DGRAM), for devices whose header has no link type of its own.</summary>
    public bool Cooked { get; init; }

    /// <summary>Takes the device's time stamps as they are, of packets that have one; the others have the kernel's (PACKET_TIMESTAMP).</summary>
    public bool HardwareStamps { get; init; }
}
