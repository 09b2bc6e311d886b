using System.Buffers.Binary;
using MgCap.Capture.Interfaces;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines.Packet;

/// <summary>
/// The header that a file has in the place of a link-layer header (https://www.tcpdump.org/linktypes.html), made from what the kernel
/// reports beside the packet. All numbers are in network byte order.
/// <code>
///   LINKTYPE_LINUX_SLL   | type 2 | hardware 2 | address length 2 | address 8 | protocol 2 |
///   LINKTYPE_LINUX_SLL2  | protocol 2 | 0 2 | interface 4 | hardware 2 | type 1 | address length 1 | address 8 |
/// </code>
/// A VLAN tag that the kernel keeps beside the packet is put back: its first half is the protocol then, and its second half with the
/// packet's own protocol comes next, where a tagged packet's protocol says that they are.
/// </summary>
/// <param name="linkType">A cooked one.</param>
internal sealed class CookedHeader(LinkType linkType)
{
    /// <summary>The longest in bytes.</summary>
    internal const int MaxLength = 20 + TagLength;

    private const int TagLength = 4;
    private const int OlderProtocolAt = 14;

    private readonly int _length = linkType.CookedLength;
    private readonly bool _isNewer = linkType == LinkType.LinuxCooked2;
    private readonly bool _takesTags = linkType == LinkType.LinuxCooked || linkType == LinkType.LinuxCooked2;

    /// <summary>Writes it.</summary>
    /// <param name="header">Where; <see cref="MaxLength"/> bytes.</param>
    /// <param name="packet">The packet, without a header.</param>
    /// <returns>Its length in bytes.</returns>
    internal int Write(Span<byte> header, RingPacket packet)
    {
        header.Clear();
        var tag = _takesTags ? packet.VlanTag : 0;
        var protocol = packet.Protocol;
        if (tag != 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(header[_length..], (ushort)tag);
            BinaryPrimitives.WriteUInt16BigEndian(header[(_length + sizeof(ushort))..], protocol);
            protocol = (ushort)(tag >> 16);
        }

        if (_isNewer)
            WriteNewer(header, packet, protocol);
        else
            WriteOlder(header, packet, protocol);
        return tag != 0 ? _length + TagLength : _length;
    }

    private static void WriteNewer(Span<byte> header, RingPacket packet, ushort protocol)
    {
        BinaryPrimitives.WriteUInt16BigEndian(header, protocol);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], packet.InterfaceIndex);
        BinaryPrimitives.WriteUInt16BigEndian(header[8..], packet.HardwareType);
        header[10] = (byte)packet.Type;
        header[11] = (byte)packet.SenderAddress.Length;
        packet.SenderAddress.CopyTo(header[12..]);
    }

    private static void WriteOlder(Span<byte> header, RingPacket packet, ushort protocol)
    {
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)packet.Type);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], packet.HardwareType);
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)packet.SenderAddress.Length);
        packet.SenderAddress.CopyTo(header[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(header[OlderProtocolAt..], protocol);
    }
}
