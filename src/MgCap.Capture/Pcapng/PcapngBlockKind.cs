namespace MgCap.Capture.Pcapng;

/// <summary>What a block that <see cref="PcapngReader"/> read is.</summary>
public enum PcapngBlockKind
{
    /// <summary>Nothing was read yet, or the file is at its end.</summary>
    None,

    /// <summary>A Section Header Block: byte order, interfaces and their numbers start again.</summary>
    SectionHeader,

    /// <summary>An Interface Description Block.</summary>
    InterfaceDescription,

    /// <summary>A packet, of an Enhanced, a Simple or an obsolete Packet Block.</summary>
    Packet,

    /// <summary>An Interface Statistics Block.</summary>
    InterfaceStatistics,

    /// <summary>A whole block that has no meaning here, or that belongs to a section of an unknown version.</summary>
    Other,
}
