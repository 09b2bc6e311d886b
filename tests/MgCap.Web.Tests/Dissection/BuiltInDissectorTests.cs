using MgCap.Capture;
using MgCap.Capture.Pcapng;
using MgCap.Testing;
using MgCap.Web.Dissection;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Dissection;

public sealed class BuiltInDissectorTests
{
    private static readonly Flow _flow = new();

    [Fact]
    public void Rows_SayWhoTalksToWhomAboutWhat()
    {
        var (source, destination) = (_flow.Source.ToString(), _flow.Destination.ToString());

        Assert.Equal((source, destination, "UDP"), Summary(Frames.Udp4(_flow, 100)));
        Assert.Equal((source, destination, "TCP"), Summary(Frames.Tcp4(_flow, 100)));
        Assert.Equal((source, destination, "UDP"), Summary(Frames.QinQ(7, 42, Frames.Udp4(_flow, 100))));
        Assert.Equal("ARP", Summary(Frames.Arp(_flow)).Protocol);
        Assert.Equal((source, destination, "DNS"), Summary(HostileFrames.DnsQuery("www.example.org")));
        Assert.Contains("www.example.org", Row(HostileFrames.DnsQuery("www.example.org")).Info, StringComparison.Ordinal);
        Assert.Contains($"Who has {destination}? Tell {source}", Row(Frames.Arp(_flow)).Info, StringComparison.Ordinal);
        Assert.Contains($"{_flow.SourcePort} → {_flow.DestinationPort}", Row(Frames.Tcp4(_flow, 100)).Info, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_CoverThePacket()
    {
        var layers = BuiltInDissector.Layers(Packet(Frames.QinQ(7, 42, Frames.Udp4(_flow, 100))));

        Assert.Equal(
            ["Ethernet II", "802.1Q Virtual LAN", "802.1Q Virtual LAN", "Internet Protocol Version 4", "User Datagram Protocol", "Data"],
            layers.Select(layer => layer.Name));
        Assert.Equal([0, 14, 18, 22, 42, 50], layers.Select(layer => layer.Start));
        Assert.Equal([14, 4, 4, 20, 8, 58], layers.Select(layer => layer.Length));
    }

    [Fact]
    public void CookedPacket_IsReadBehindItsHeader()
    {
        byte[] header = [0x81, 0, 0, 0, 0, 0, 0, 7, 0, 1, 4, 6, 2, 0, 0, 0, 0, 1, 0, 0];
        var packet = Packet([.. header, 0, 5, 8, 0, .. Frames.Udp4(_flow, 100)[14..]], 276);

        Assert.Equal((_flow.Source.ToString(), "UDP"), (BuiltInDissector.Row(packet).Source, BuiltInDissector.Row(packet).Protocol));
        var layers = BuiltInDissector.Layers(packet);
        Assert.Equal(
            ["Linux cooked capture v2", "802.1Q Virtual LAN", "Internet Protocol Version 4", "User Datagram Protocol", "Data"], layers.Select(layer => layer.Name));
        Assert.Equal([0, 20, 24, 44, 52], layers.Select(layer => layer.Start));
        Assert.Contains("Interface index: 7", layers[0].Fields.Select(field => field.Label));
    }

    [Fact]
    public void Layers_OfEndlessNesting_End()
    {
        foreach (var frame in (byte[][])[HostileFrames.NestedVlans(), HostileFrames.NestedMpls(), HostileFrames.NestedIPv4()])
            Assert.InRange(BuiltInDissector.Layers(Packet(frame)).Count, 1, 17);
    }

    [Fact]
    public void MutatedAndCutFrames_AreReadWithinTheirBounds()
    {
        byte[][] frames =
        [
            .. KnownFrames.Mixed.Where(frame => frame.Length < 300), HostileFrames.DnsQuery("www.example.org"), HostileFrames.HttpRequest(), HostileFrames.LyingLengths(),
        ];
        var random = new Random(20261122);
        for (var i = 0; i < 50_000; i++)
        {
            var frame = (byte[])frames[i % frames.Length].Clone();
            for (var changes = random.Next(6); changes > 0; changes--)
                frame[random.Next(Math.Min(frame.Length, 80))] = (byte)random.Next(256);
            var cut = frame[..random.Next(frame.Length + 1)];
            var packet = Packet(cut, (ushort)(i % 7 == 0 ? 101 : i % 11 == 0 ? 113 : i % 17 == 0 ? 276 : i % 13 == 0 ? random.Next(300) : 1));
            try
            {
                Assert.NotNull(BuiltInDissector.Row(packet).Info);
                foreach (var layer in BuiltInDissector.Layers(packet))
                {
                    RequireInside(layer.Start, layer.Length, cut.Length);
                    foreach (var field in layer.Fields)
                        RequireInside(field.Start, field.Length, cut.Length);
                }
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"frame {Convert.ToHexString(cut)} of link type {packet.LinkType}", exception);
            }
        }
    }

    /// <summary>Frames of link types that it does not read, though PacketDotNet has the number or the bytes look like IP.</summary>
    [Theory]
    [InlineData(9)]
    [InlineData(105)]
    [InlineData(119)]
    [InlineData(127)]
    [InlineData(227)]
    [InlineData(230)]
    [InlineData(253)]
    [InlineData(271)]
    public void OtherLinkTypes_AreData(ushort linkType)
    {
        foreach (var frame in (byte[][])[Frames.Udp4(new Flow(), 100)[14..], Frames.Udp4(new Flow(), 100)])
        {
            Assert.Equal("Data", BuiltInDissector.Row(Packet(frame, linkType)).Protocol);
            Assert.Equal("Data", Assert.Single(BuiltInDissector.Layers(Packet(frame, linkType))).Name);
        }
    }

    private static void RequireInside(int start, int length, int captured)
    {
        Assert.InRange(start, 0, captured);
        Assert.InRange(length, 0, captured - start);
    }

    private static PacketRow Row(byte[] frame) => BuiltInDissector.Row(Packet(frame));

    private static (string Source, string Destination, string Protocol) Summary(byte[] frame) =>
        Row(frame) is var row ? (row.Source, row.Destination, row.Protocol) : default;

    private static RawPacket Packet(byte[] frame, ushort linkType = 1) =>
        new(1, new Timestamp(0), "eth0", linkType, PacketDirection.Unknown, frame.Length, frame);
}
