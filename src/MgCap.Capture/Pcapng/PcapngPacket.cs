using System.Text;

namespace MgCap.Capture.Pcapng;

/// <summary>A packet borrowed from its <see cref="PcapngReader"/>: good until the next <see cref="PcapngReader.Read"/>.</summary>
public readonly ref struct PcapngPacket
{
    private readonly OptionList _options;

    internal PcapngPacket(
        int interfaceId, Timestamp? time, long originalLength, ReadOnlySpan<byte> data, PacketDirection direction,
        OptionList options)
    {
        InterfaceId = interfaceId;
        Time = time;
        OriginalLength = originalLength;
        Data = data;
        Direction = direction;
        _options = options;
    }

    /// <summary>The interface's number in the section, from 0.</summary>
    public int InterfaceId { get; }

    /// <summary>When the packet was seen; null for a Simple Packet Block, which has no time.</summary>
    public Timestamp? Time { get; }

    /// <summary>The packet's length on the wire, in bytes.</summary>
    public long OriginalLength { get; }

    /// <summary>What was kept of the packet.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>Which way the packet went, where the file says so.</summary>
    public PacketDirection Direction { get; }

    /// <summary>The packet's first comment, or null. Makes a string with each call.</summary>
    public string? GetComment() =>
        _options.TryFind(OptionCode.Comment, out var comment) ? Encoding.UTF8.GetString(comment) : null;
}
