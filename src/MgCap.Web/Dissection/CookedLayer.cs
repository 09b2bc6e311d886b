using System.Buffers.Binary;
using PacketDotNet;
using PacketDotNet.Utils;

namespace MgCap.Web.Dissection;

/// <summary>The header of LINKTYPE_LINUX_SLL2 (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html), which PacketDotNet does not know.</summary>
internal static class CookedLayer
{
    private const int Length = 20, InterfaceAt = 4, TypeAt = 10, AddressAt = 12;
    private const int EthernetLength = 14, EtherTypeAt = 12;

    /// <summary>Describes it; null where it is cut off.</summary>
    internal static BuiltInLayer? Describe(byte[] packet)
    {
        if (packet.Length < Length)
            return null;
        var type = (LinuxSllType)packet[TypeAt];
        var protocol = BuiltInLayers.Name((EthernetType)BinaryPrimitives.ReadUInt16BigEndian(packet));
        var number = BinaryPrimitives.ReadInt32BigEndian(packet.AsSpan(InterfaceAt));
        return new BuiltInLayer(
            "Linux cooked capture v2", 0, Length, null, null, "SLL", $"{type}, {protocol}", ($"Protocol: {protocol}", 0, 2),
            ($"Interface index: {number}", InterfaceAt, 4), ($"Packet type: {type}", TypeAt, 1), ("Source address", AddressAt, 8));
    }

    /// <summary>
    /// What is inside. PacketDotNet knows that by the header of Ethernet, so one is put in the place of this one's last bytes: with that, what
    /// is inside stays where it is.
    /// </summary>
    internal static Packet? Inside(byte[] packet)
    {
        if (packet.Length <= Length)
            return null;
        const int Start = Length - EthernetLength;
        var framed = (byte[])packet.Clone();
        packet.AsSpan(0, sizeof(ushort)).CopyTo(framed.AsSpan(Start + EtherTypeAt));
        return new EthernetPacket(new ByteArraySegment(framed, Start, framed.Length - Start)).PayloadPacket;
    }
}
