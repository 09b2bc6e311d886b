using System.Buffers;
using MgCap.Capture.Interfaces;
using MgCap.Linux;
using MgCap.Linux.Libpcap;

namespace MgCap.Capture.Filtering;

/// <summary>
/// A filter for the packets of a file, of one link type. Where the header is a cooked one, a VLAN tag stands behind it that the kernel had
/// taken out of the packet, and libpcap looks for none there: as for a socket's filter, it is as if there were none.
/// </summary>
/// <param name="program">libpcap's.</param>
/// <param name="linkType">The link type, as files number it.</param>
internal sealed class PacketFilter(ClassicInstruction[] program, ushort linkType)
{
    private const int TagLength = 4, EtherTypeLength = 2;

    // Where the protocol is, and where the tag's second half with the packet's own protocol comes.
    private readonly (int ProtocolAt, int TagAt)? _tagged =
        linkType == LinkType.LinuxCooked.FileNumber ? (LinkType.LinuxCooked.CookedLength - EtherTypeLength, LinkType.LinuxCooked.CookedLength)
        : linkType == LinkType.LinuxCooked2.FileNumber ? (0, LinkType.LinuxCooked2.CookedLength)
        : null;

    /// <summary>Whether a packet matches.</summary>
    /// <param name="data">What was kept of it.</param>
    /// <param name="originalLength">How long it was.</param>
    internal bool Matches(ReadOnlySpan<byte> data, int originalLength)
    {
        if (_tagged is not var (protocolAt, tagAt) || data.Length < tagAt + TagLength || (data[protocolAt], data[protocolAt + 1]) is not ((0x81, 0) or (0x88, 0xa8)))
            return FilterInterpreter.Run(program, data, originalLength) > 0;
        var untagged = ArrayPool<byte>.Shared.Rent(data.Length);
        data[..tagAt].CopyTo(untagged);
        data.Slice(tagAt + EtherTypeLength, EtherTypeLength).CopyTo(untagged.AsSpan(protocolAt));
        data[(tagAt + TagLength)..].CopyTo(untagged.AsSpan(tagAt));
        var matches = FilterInterpreter.Run(program, untagged.AsSpan(0, data.Length - TagLength), originalLength - TagLength) > 0;
        ArrayPool<byte>.Shared.Return(untagged);
        return matches;
    }
}
