using MgCap.Capture.Pcapng;

namespace MgCap.Capture.Tests.Pcapng;

/// <summary>A capture file made by <see cref="PcapngEncoder"/>, one block after the other.</summary>
internal sealed class CaptureBuilder
{
    private readonly List<byte> _file = [];

    /// <summary>Where each block ends, in bytes.</summary>
    public List<int> BlockEnds { get; } = [];

    public static CaptureBuilder Start(SectionHeader? section = null) =>
        new CaptureBuilder().Section(section ?? new SectionHeader());

    public CaptureBuilder Section(SectionHeader section)
    {
        var block = new byte[PcapngEncoder.SectionHeaderLength(section)];
        return Add(block, PcapngEncoder.WriteSectionHeader(block, section));
    }

    public CaptureBuilder Interface(string name, uint snapLength = 0) =>
        Interface(new InterfaceDescription { Name = name, LinkType = 1, SnapLength = snapLength });

    public CaptureBuilder Interface(InterfaceDescription description)
    {
        var block = new byte[PcapngEncoder.InterfaceDescriptionLength(description)];
        return Add(block, PcapngEncoder.WriteInterfaceDescription(block, description));
    }

    public CaptureBuilder Packet(
        int interfaceId, long nanoseconds, ReadOnlySpan<byte> data, int originalLength = -1, PacketDirection direction = default)
    {
        var block = new byte[PcapngEncoder.EnhancedPacketLength(data.Length, direction != PacketDirection.Unknown)];
        return Add(block, PcapngEncoder.WriteEnhancedPacket(
            block, interfaceId, new Timestamp(nanoseconds), originalLength < 0 ? data.Length : originalLength, data, direction));
    }

    public CaptureBuilder Statistics(InterfaceStatistics statistics)
    {
        var block = new byte[PcapngEncoder.InterfaceStatisticsLength(statistics)];
        return Add(block, PcapngEncoder.WriteInterfaceStatistics(block, statistics));
    }

    public byte[] ToArray() => [.. _file];

    private CaptureBuilder Add(byte[] block, int written)
    {
        Assert.Equal(block.Length, written);
        _file.AddRange(block);
        BlockEnds.Add(_file.Count);
        return this;
    }
}
