namespace MgCap.Capture.Pcapng;

/// <summary>The numbers of PCAP-NG (draft-ietf-opsawg-pcapng, sections 3 and 4).</summary>
public static class PcapngFormat
{
    /// <summary>Section Header Block (section 4.1); the same number in both byte orders.</summary>
    public const uint SectionHeaderBlock = 0x0A0D0D0A;

    /// <summary>Interface Description Block (section 4.2).</summary>
    public const uint InterfaceDescriptionBlock = 1;

    /// <summary>Packet Block (appendix A); obsolete, read but never written.</summary>
    public const uint ObsoletePacketBlock = 2;

    /// <summary>Simple Packet Block (section 4.4); read but never written.</summary>
    public const uint SimplePacketBlock = 3;

    /// <summary>Interface Statistics Block (section 4.6).</summary>
    public const uint InterfaceStatisticsBlock = 5;

    /// <summary>Enhanced Packet Block (section 4.3).</summary>
    public const uint EnhancedPacketBlock = 6;

    /// <summary>Says in which byte order a section is written (section 4.1).</summary>
    public const uint ByteOrderMagic = 0x1A2B3C4D;

    /// <summary>Version 1.0 of the format, as two 16-bit numbers.</summary>
    public const ushort MajorVersion = 1;

    /// <inheritdoc cref="MajorVersion"/>
    public const ushort MinorVersion = 0;

    /// <summary>A section length that is not known when the header is written (section 4.1).</summary>
    public const ulong UnknownSectionLength = ulong.MaxValue;

    /// <summary>Bytes around a block's body: type, total length, total length again (section 3.1).</summary>
    public const int BlockOverhead = 12;

    /// <summary>Bytes of an Enhanced Packet Block before the packet's data.</summary>
    public const int EnhancedPacketHeaderLength = 28;

    /// <summary>The longest value of one option, in bytes (section 3.5).</summary>
    public const int MaxOptionLength = ushort.MaxValue;

    /// <summary>The longest block MgCap reads, in bytes: no packet block it or its neighbours write comes near it.</summary>
    public const int MaxBlockLength = 16 * 1024 * 1024;

    /// <summary>The most interfaces MgCap reads in one section.</summary>
    public const int MaxInterfaces = 65536;

    /// <summary>The length with the zero bytes that follow it up to a multiple of four (section 3.6.2).</summary>
    /// <param name="length">Bytes, at most <see cref="int.MaxValue"/> - 3.</param>
    public static int Padded(int length) => (length + 3) & ~3;
}

/// <summary>Option codes (draft-ietf-opsawg-pcapng): the common ones of section 3.5, then those of each block.</summary>
internal static class OptionCode
{
    public const ushort EndOfOptions = 0;
    public const ushort Comment = 1;

    // Section Header Block, section 4.1.
    public const ushort SectionHardware = 2;
    public const ushort SectionOperatingSystem = 3;
    public const ushort SectionUserApplication = 4;

    // Interface Description Block, section 4.2.
    public const ushort InterfaceName = 2;
    public const ushort InterfaceDescription = 3;
    public const ushort InterfaceMacAddress = 6;
    public const ushort InterfaceSpeed = 8;
    public const ushort InterfaceTimeResolution = 9;
    public const ushort InterfaceFilter = 11;
    public const ushort InterfaceOperatingSystem = 12;
    public const ushort InterfaceTimeOffset = 14;
    public const ushort InterfaceHardware = 15;

    /// <summary>The first byte of if_filter where a pcap-filter(7) text follows it.</summary>
    public const byte FilterIsText = 0;

    // Enhanced Packet Block, section 4.3; the obsolete Packet Block's pack_flags has the same code and meaning.
    public const ushort PacketFlags = 2;
    public const ushort PacketDropCount = 4;

    // Interface Statistics Block, section 4.6.
    public const ushort StatisticsStartTime = 2;
    public const ushort StatisticsEndTime = 3;
    public const ushort StatisticsReceived = 4;
    public const ushort StatisticsInterfaceDropped = 5;
    public const ushort StatisticsFilterAccepted = 6;
    public const ushort StatisticsOperatingSystemDropped = 7;
    public const ushort StatisticsUserDelivered = 8;
}
