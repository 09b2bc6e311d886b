namespace MgCap.Capture.Pcapng;

/// <summary>What a <see cref="PcapngScan"/> found of one interface.</summary>
public sealed class PcapngInterfaceScan
{
    internal PcapngInterfaceScan(InterfaceDescription description) => Description = description;

    /// <summary>The interface.</summary>
    public InterfaceDescription Description { get; }

    /// <summary>Its packets.</summary>
    public long Packets { get; private set; }

    /// <summary>Bytes kept of its packets.</summary>
    public long CapturedBytes { get; private set; }

    /// <summary>Bytes that its packets had on the wire.</summary>
    public long WireBytes { get; private set; }

    /// <summary>Its last Interface Statistics Block; null where it has none.</summary>
    public InterfaceStatistics? LastStatistics { get; internal set; }

    internal void Add(PcapngPacket packet)
    {
        Packets++;
        CapturedBytes += packet.Data.Length;
        WireBytes += packet.OriginalLength;
    }
}
