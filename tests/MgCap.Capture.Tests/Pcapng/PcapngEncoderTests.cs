using System.Net.NetworkInformation;
using System.Text;
using MgCap.Capture.Pcapng;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Pcapng;

/// <summary>The bytes of each block, against the figures of draft-ietf-opsawg-pcapng.</summary>
public sealed class PcapngEncoderTests
{
    [Fact]
    public void SectionHeader_HasTheDraftsBytes()
    {
        AssertBytes(
            "0A0D0D0A 1C000000 4D3C2B1A 0100 0000 FFFFFFFFFFFFFFFF 1C000000",
            CaptureBuilder.Start(new SectionHeader { Comment = "" }));
        AssertBytes(
            """
            0A0D0D0A 44000000 4D3C2B1A 0100 0000 FFFFFFFFFFFFFFFF
            0100 0200 C3A40000
            0200 0300 78383600
            0300 0500 4C696E75 78000000
            0400 0400 4D674361
            00000000 44000000
            """,
            CaptureBuilder.Start(new SectionHeader
            {
                Comment = "ä",
                Hardware = "x86",
                OperatingSystem = "Linux",
                UserApplication = "MgCa",
            }));
    }

    [Fact]
    public void InterfaceDescription_HasTheDraftsBytes()
    {
        AssertBytes(
            "01000000 20000000 0100 0000 00000000 0900 0100 09000000 00000000 20000000",
            new CaptureBuilder().Interface(new InterfaceDescription { LinkType = 1 }));
        AssertBytes(
            """
            01000000 68000000 7100 0000 60000000
            0200 0800 65746830 2F727833
            0300 0300 4C414E00
            0600 0600 02000000 00FE0000
            0800 0800 00E40B54 02000000
            0900 0100 09000000
            0B00 0400 00746370
            0C00 0500 4C696E75 78000000
            0F00 0400 76657468
            00000000 68000000
            """,
            new CaptureBuilder().Interface(new InterfaceDescription
            {
                Name = "eth0/rx3",
                LinkType = 113,
                SnapLength = 96,
                Filter = "tcp",
                SpeedBitsPerSecond = 10_000_000_000,
                Hardware = "veth",
                OperatingSystem = "Linux",
                MacAddress = PhysicalAddress.Parse("02-00-00-00-00-FE"),
                Description = "LAN",
            }));
    }

    [Fact]
    public void InterfaceStatistics_HaveTheDraftsBytes()
    {
        var statistics = new InterfaceStatistics
        {
            InterfaceId = 3,
            At = new Timestamp(0x0102030405060708),
            StartTime = new Timestamp(0x1112131415161718),
            EndTime = new Timestamp(0x2122232425262728),
            Received = 0xF1F2F3F4F5F6F7F8,
            InterfaceDropped = 5,
            FilterAccepted = 6,
            OperatingSystemDropped = 7,
            UserDelivered = 8,
        };
        AssertBytes(
            """
            05000000 70000000 03000000 04030201 08070605
            0200 0800 14131211 18171615
            0300 0800 24232221 28272625
            0400 0800 F8F7F6F5F4F3F2F1
            0500 0800 0500000000000000
            0600 0800 0600000000000000
            0700 0800 0700000000000000
            0800 0800 0800000000000000
            00000000 70000000
            """,
            new CaptureBuilder().Statistics(statistics));
    }

    [Fact]
    public void EnhancedPacket_HasTheDraftsBytes() => AssertBytes(
        "06000000 28000000 02000000 04030201 08070605 05000000 DC050000 AABBCCDD EE000000 28000000",
        new CaptureBuilder().Packet(2, 0x0102030405060708, [0xAA, 0xBB, 0xCC, 0xDD, 0xEE], 1500));

    [Theory]
    [InlineData(PacketDirection.Inbound, "01000000")]
    [InlineData(PacketDirection.Outbound, "02000000")]
    public void EnhancedPacketWithDirection_HasFlags(PacketDirection direction, string flags) => AssertBytes(
        $"06000000 30000000 00000000 00000000 01000000 01000000 01000000 AA000000 0200 0400 {flags} 00000000 30000000",
        new CaptureBuilder().Packet(0, 1, [0xAA], 1, direction));

    [Theory]
    [InlineData(0, 32)]
    [InlineData(1, 36)]
    [InlineData(2, 36)]
    [InlineData(3, 36)]
    [InlineData(4, 36)]
    [InlineData(5, 40)]
    [InlineData(6, 40)]
    [InlineData(7, 40)]
    [InlineData(8, 40)]
    [InlineData(9, 44)]
    public void Packet_IsPaddedWithZerosToFourBytes(int captured, int length)
    {
        foreach (var direction in Enum.GetValues<PacketDirection>())
        {
            var data = Enumerable.Repeat((byte)0xEE, captured).ToArray();
            var block = Enumerable.Repeat((byte)0xFF, 80).ToArray(); // Padding must be written, not hoped for.
            var written = PcapngEncoder.WriteEnhancedPacket(block, 7, new Timestamp(0), 77, data, direction);

            var flags = direction == PacketDirection.Unknown ? 0 : 12;
            Assert.Equal(length + flags, written);
            Assert.Equal(length + flags, PcapngEncoder.EnhancedPacketLength(captured, flags > 0));
            Assert.Equal(77, BitConverter.ToInt32(block, 24));
            Assert.Equal(data, block[28..(28 + captured)]);
            Assert.All(block[(28 + captured)..(length - 4)], padding => Assert.Equal(0, padding));
            Assert.Equal(length + flags, BitConverter.ToInt32(block, written - 4));
            Assert.All(block[written..], untouched => Assert.Equal(0xFF, untouched));
        }
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(12, 4, 47)]
    [InlineData(12, 2, 0)]
    [InlineData(9, 0, 0)]
    [InlineData(3, 4, 1)]
    public void PacketInPieces_IsThePacketInOne(int first, int second, int third)
    {
        var data = Enumerable.Range(1, first + second + third).Select(value => (byte)value).ToArray();
        var block = new byte[PcapngEncoder.EnhancedPacketLength(data.Length, withFlags: true)];
        var written = PcapngEncoder.WriteEnhancedPacket(
            block, 1, new Timestamp(99), 1518, data.AsSpan(0, first), data.AsSpan(first, second), data.AsSpan(first + second),
            PacketDirection.Inbound);
        Assert.Equal(block.Length, written);
        Assert.Equal(new CaptureBuilder().Packet(1, 99, data, 1518, PacketDirection.Inbound).ToArray(), block);
    }

    [Fact]
    public void TimeBefore1970_IsWrittenAs1970() => Assert.Equal(
        new CaptureBuilder().Packet(0, 0, [1]).ToArray(), new CaptureBuilder().Packet(0, -1, [1]).ToArray());

    [Fact]
    public void ShortDestination_IsRefusedUntouched()
    {
        var block = new byte[35];
        Assert.Throws<ArgumentException>(() => PcapngEncoder.WriteEnhancedPacket(block, 0, default, 1, [0xAA]));
        Assert.Throws<ArgumentException>(() => PcapngEncoder.WriteEnhancedPacket(block, 0, default, 3, [1], [2], [3]));
        Assert.Throws<ArgumentException>(() => PcapngEncoder.WriteInterfaceStatistics(block, default));
        Assert.Throws<ArgumentException>(() => PcapngEncoder.WriteSectionHeader(block, new SectionHeader { Comment = "abc" }));
        Assert.Throws<ArgumentException>(
            () => PcapngEncoder.WriteInterfaceDescription(block, new InterfaceDescription { LinkType = 1, Name = "eth0" }));
        Assert.All(block, untouched => Assert.Equal(0, untouched));
    }

    [Theory]
    [InlineData("a", 65535, 65535)]
    [InlineData("ä", 65534, 32767)]
    [InlineData("€", 65535, 21845)]
    [InlineData("😀", 65532, 16383)]
    public void TextTooLongForAnOption_IsCutAtACharacter(string character, int bytes, int characters)
    {
        var text = string.Concat(Enumerable.Repeat(character, 70000));
        var section = CaptureBuilder.Start(new SectionHeader { Comment = text, Hardware = "end" }).ToArray();
        Assert.Equal(bytes, BitConverter.ToUInt16(section, 26));
        Assert.Equal(
            string.Concat(Enumerable.Repeat(character, characters)),
            new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(section, 28, bytes));

        using var reader = PcapngReader.Open(new MemoryStream(section));
        Assert.True(reader.Read());
        Assert.Equal("end", reader.Section!.Hardware);
    }

    [Fact]
    public void FilterTooLongForAnOption_LeavesRoomForItsKind()
    {
        var written = CaptureBuilder.Start().Interface(
            new InterfaceDescription { LinkType = 1, Filter = new string('x', 70000), Hardware = "end" }).ToArray();
        using var reader = PcapngReader.Open(new MemoryStream(written));
        Assert.True(reader.Read() && reader.Read());
        Assert.Equal(new string('x', 65534), reader.Interface.Filter);
        Assert.Equal("end", reader.Interface.Hardware);
    }

    [Fact]
    public void TextThatIsNoUnicode_IsWrittenAsReplacements()
    {
        var written = CaptureBuilder.Start(new SectionHeader { Hardware = "a\ud800b" }).ToArray();
        using var reader = PcapngReader.Open(new MemoryStream(written));
        Assert.True(reader.Read());
        Assert.Equal("a\ufffdb", reader.Section!.Hardware);
    }

    [Fact]
    public void HundredThousandPackets_AllocateNothing()
    {
        var block = new byte[512];
        var data = new byte[96];
        long total = 0;
        Assert.Equal(0, Allocation.Least(() =>
        {
            total = 0;
            Encode(100_000);
        }));
        Assert.Equal(100_000L * (PcapngEncoder.EnhancedPacketLength(96, true) + PcapngEncoder.EnhancedPacketLength(96, false)
            + PcapngEncoder.InterfaceStatisticsLength(new InterfaceStatistics())), total);

        void Encode(int packets)
        {
            for (var i = 0; i < packets; i++)
            {
                total += PcapngEncoder.WriteEnhancedPacket(block, 1, new Timestamp(i), 1500, data, PacketDirection.Inbound);
                total += PcapngEncoder.WriteEnhancedPacket(
                    block, 1, new Timestamp(i), 1500, data.AsSpan(0, 12), data.AsSpan(12, 4), data.AsSpan(16));
                total += PcapngEncoder.WriteInterfaceStatistics(block, new InterfaceStatistics { Received = (ulong)i });
            }
        }
    }

    private static void AssertBytes(string hex, CaptureBuilder file) =>
        Assert.Equal(string.Concat(hex.Where(char.IsAsciiHexDigit)), Convert.ToHexString(file.ToArray()));
}
