using MgCap.Testing;
using MgCap.Web.Summaries;

namespace MgCap.Web.Tests.Summaries;

public sealed class PacketClassifierTests
{
    [Theory]
    [InlineData(105, "802.11")]
    [InlineData(127, "802.11")]
    [InlineData(227, "CAN")]
    [InlineData(230, "802.15.4")]
    [InlineData(253, "Netlink")]
    [InlineData(122, "Other")]
    public void OtherLinkTypes_AreNotReadAsIp(ushort linkType, string protocol)
    {
        var facts = PacketClassifier.Of(linkType, Frames.Udp4(new Flow(), 100).AsSpan(14));
        Assert.Equal((protocol, null), (facts.Protocol, facts.Transport));
    }

    [Theory]
    [InlineData(0x0800, "UDP")]
    [InlineData(0x0004, "LLC")]
    [InlineData(0x000c, "CAN")]
    [InlineData(0x0001, "Other")]
    public void CookedHeader_NamesTheProtocol(ushort number, string protocol)
    {
        byte[] packet = [.. new byte[14], (byte)(number >> 8), (byte)number, .. Frames.Udp4(new Flow { SourcePort = 40000, DestinationPort = 40001 }, 100)[14..]];
        Assert.Equal(protocol, PacketClassifier.Of(113, packet).Protocol);
        Assert.Equal(protocol, PacketClassifier.Of(276, [.. packet[14..16], .. new byte[18], .. packet[16..]]).Protocol);
    }
}
