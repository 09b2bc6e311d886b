using System.Net.NetworkInformation;
using MgCap.Capture.Pcapng;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Pcapng;

/// <summary>Files that are sound, and some of which MgCap never writes.</summary>
public sealed class PcapngReaderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EveryBlock_IsReadInBothByteOrders(bool bigEndian)
    {
        var emit = new BlockEmitter(bigEndian);
        emit.Section(1, 0, [.. emit.Option(2, "arm"u8.ToArray()), .. emit.Option(4, "x"u8.ToArray()), .. emit.Option(0)])
            .Interface(113, 2, [
                .. emit.Option(2, "eth0"u8.ToArray()), .. emit.Option(3, "LAN"u8.ToArray()), .. emit.Option(6, 2, 0, 0, 0, 0, 9),
                .. emit.Option(8, emit.U64(10_000_000_000)), .. emit.Option(9, 9), .. emit.Option(11, [0, .. "tcp"u8]),
                .. emit.Option(12, "Linux"u8.ToArray()), .. emit.Option(15, "veth"u8.ToArray())])
            .Packet(0, 0x0102030405060708, [1, 2, 3], 1500, [
                .. emit.Option(2, emit.U32(0x202)), .. emit.Option(1, "hi"u8.ToArray())])
            .Block(3, [.. emit.U32(9), .. BlockEmitter.Padded(4, 5)])
            .Block(2, [.. emit.U16(0), .. emit.U16(65535), .. emit.Time(77), .. emit.U32(1), .. emit.U32(60),
                .. BlockEmitter.Padded(6), .. emit.Option(2, emit.U32(1))])
            .Statistics(0, 1000, [
                .. emit.Option(2, emit.Time(0x100000001)), .. emit.Option(3, emit.Time(0x200000002)),
                .. emit.Option(4, emit.U64(14)), .. emit.Option(5, emit.U64(15)), .. emit.Option(6, emit.U64(16)),
                .. emit.Option(7, emit.U64(17)), .. emit.Option(8, emit.U64(18))]);

        using var reader = PcapngReader.Open(emit.ToStream());
        Assert.Equal(PcapngBlockKind.None, reader.BlockKind);
        Assert.Equal(PcapngBlockKind.SectionHeader, reader.Next());
        Assert.Equal(bigEndian, reader.IsBigEndian);
        Assert.Equal(new SectionHeader { Hardware = "arm", UserApplication = "x" }, reader.Section);

        Assert.Equal(PcapngBlockKind.InterfaceDescription, reader.Next());
        Assert.Equal(0, reader.InterfaceId);
        Assert.Equal(
            new InterfaceDescription
            {
                Name = "eth0",
                Description = "LAN",
                LinkType = 113,
                SnapLength = 2,
                MacAddress = PhysicalAddress.Parse("02-00-00-00-00-09"),
                SpeedBitsPerSecond = 10_000_000_000,
                Filter = "tcp",
                OperatingSystem = "Linux",
                Hardware = "veth",
            },
            reader.Interface);

        Assert.Equal(PcapngBlockKind.Packet, reader.Next());
        Assert.Equal(new Timestamp(0x0102030405060708), reader.Packet.Time);
        Assert.Equal([1, 2, 3], reader.Packet.Data.ToArray());
        Assert.Equal(1500, reader.Packet.OriginalLength);
        Assert.Equal(PacketDirection.Outbound, reader.Packet.Direction);
        Assert.Equal("hi", reader.Packet.GetComment());

        Assert.Equal(PcapngBlockKind.Packet, reader.Next());
        Assert.Null(reader.Packet.Time);
        Assert.Equal([4, 5], reader.Packet.Data.ToArray()); // What the snap length leaves of nine.
        Assert.Equal(9, reader.Packet.OriginalLength);
        Assert.Null(reader.Packet.GetComment());

        Assert.Equal(PcapngBlockKind.Packet, reader.Next());
        Assert.Equal(new Timestamp(77), reader.Packet.Time);
        Assert.Equal([6], reader.Packet.Data.ToArray());
        Assert.Equal(60, reader.Packet.OriginalLength);
        Assert.Equal(PacketDirection.Inbound, reader.Packet.Direction);

        Assert.Equal(PcapngBlockKind.InterfaceStatistics, reader.Next());
        Assert.Equal(
            new InterfaceStatistics
            {
                At = new Timestamp(1000),
                StartTime = new Timestamp(0x100000001),
                EndTime = new Timestamp(0x200000002),
                Received = 14,
                InterfaceDropped = 15,
                FilterAccepted = 16,
                OperatingSystemDropped = 17,
                UserDelivered = 18,
            },
            reader.Statistics);
        Assert.False(reader.Read());
        Assert.Equal(emit.ToArray().Length, reader.Position);
    }

    [Fact]
    public void Sections_HaveTheirOwnByteOrderAndInterfaces()
    {
        BlockEmitter little = new(), big = new(bigEndian: true);
        little.Section().Interface(1, 0, little.Option(9, 9)).Interface(2).Packet(1, 5, [1], 1);
        big.Section().Interface(113, 0, big.Option(9, 3)).Packet(0, 5, [2], 1);
        using var reader = PcapngReader.Open(new MemoryStream([.. little.ToArray(), .. big.ToArray(), .. little.ToArray()]));

        Assert.Equal(PcapngBlockKind.Packet, reader.Next(4));
        Assert.Equal((1, 2, new Timestamp(5000)), (reader.InterfaceId, (int)reader.Interface.LinkType, reader.Packet.Time));
        var before = reader.Interfaces;
        Assert.Equal(PcapngBlockKind.SectionHeader, reader.Next());
        Assert.Empty(reader.Interfaces);
        Assert.Equal(2, before.Count);
        Assert.Equal(PcapngBlockKind.Packet, reader.Next(2));
        Assert.True(reader.IsBigEndian);
        Assert.Equal(
            (0, 113, new Timestamp(5_000_000)), (reader.InterfaceId, (int)reader.Interface.LinkType, reader.Packet.Time));
        Assert.Equal(PcapngBlockKind.Packet, reader.Next(4));
        Assert.False(reader.IsBigEndian);
        Assert.Equal(1, reader.InterfaceId);
        Assert.False(reader.Read());
    }

    [Fact]
    public void UnknownBlocksAndOptions_ArePassedOver()
    {
        var emit = new BlockEmitter();
        emit.Section(1, 0, emit.Option(0x8001, 1, 2, 3))
            .Block(0x80000001, new byte[300_000])
            .Block(4) // Name resolution, with nothing in it.
            .Interface(1, 0, [.. emit.Option(99, 1), .. emit.Option(11, 1, 0xFF), .. emit.Option(9, 9)])
            .Block(0x0BAD, 1, 2, 3, 4)
            .Packet(0, 8, [7], 1, [.. emit.Option(5, emit.U64(3)), .. emit.Option(4, emit.U64(0))]);
        using var reader = PcapngReader.Open(emit.ToStream());
        Assert.Equal(PcapngBlockKind.Other, reader.Next(2));
        Assert.Equal(0x80000001, reader.BlockType);
        Assert.Equal(300_012, reader.Block.Length);
        Assert.Throws<InvalidOperationException>(() => reader.Packet.InterfaceId);
        Assert.Throws<InvalidOperationException>(() => reader.Statistics);
        Assert.Throws<InvalidOperationException>(() => reader.Interface);
        Assert.Equal(PcapngBlockKind.Other, reader.Next());
        Assert.Equal(PcapngBlockKind.InterfaceDescription, reader.Next());
        Assert.Null(reader.Interface.Filter); // It is there, but as byte code.
        Assert.Equal(PcapngBlockKind.Other, reader.Next());
        Assert.Equal(PcapngBlockKind.Packet, reader.Next());
        Assert.Equal(new Timestamp(8), reader.Packet.Time);
        Assert.Equal(emit.ToArray()[(int)reader.BlockOffset..], reader.Block.ToArray());
    }

    [Fact]
    public void SectionOfAnotherVersion_IsPassedOver()
    {
        using var reader = PcapngReader.Open(new BlockEmitter()
            .Section(2).Block(6, 1, 2, 3, 4).Block(1)
            .Section(1, 1).Block(5)
            .Section(1, 2).Interface().Packet(0, 0, [9], 1).ToStream());
        Assert.Equal(PcapngBlockKind.SectionHeader, reader.Next());
        Assert.Null(reader.Section);
        Assert.Equal(PcapngBlockKind.Other, reader.Next());
        Assert.Equal(PcapngBlockKind.Other, reader.Next());
        Assert.Equal(PcapngBlockKind.Other, reader.Next(2));
        Assert.Equal(PcapngBlockKind.Packet, reader.Next(3)); // 1.2 is another name of 1.0.
        Assert.NotNull(reader.Section);
    }

    [Fact]
    public void StreamThatGivesAByteAtATime_ReadsTheSame()
    {
        var packet = Enumerable.Range(0, 9000).Select(value => (byte)value).ToArray();
        var file = CaptureBuilder.Start().Interface("eth0").Packet(0, 1, packet).Packet(0, 2, packet).ToArray();
        using var reader = PcapngReader.Open(new Trickle(file));
        Assert.Equal(PcapngBlockKind.Packet, reader.Next(3));
        Assert.Equal(packet, reader.Packet.Data.ToArray());
        Assert.Equal(PcapngBlockKind.Packet, reader.Next());
        Assert.Equal(packet, reader.Packet.Data.ToArray());
        Assert.False(reader.Read());
    }

    [Fact]
    public void FileThatGrows_IsReadOn()
    {
        var file = CaptureBuilder.Start().Interface("eth0").Packet(0, 1, [1]).Packet(0, 2, [2]).ToArray();
        var whole = file.Length - 36;
        using var growing = new MemoryStream();
        using var reader = PcapngReader.Open(growing);
        Append(growing, file.AsSpan(0, whole));
        Assert.Equal(PcapngBlockKind.Packet, reader.Next(3));
        Assert.False(reader.Read());
        Append(growing, file.AsSpan(whole, 17));
        Assert.True(Assert.Throws<PcapngFormatException>(() => reader.Read()).IsTruncated);
        Assert.Equal(whole, reader.Position);
        Append(growing, file.AsSpan(whole + 17));
        Assert.Equal(PcapngBlockKind.Packet, reader.Next());
        Assert.Equal([2], reader.Packet.Data.ToArray());
        Assert.False(reader.Read());

        static void Append(MemoryStream stream, ReadOnlySpan<byte> bytes)
        {
            var at = stream.Position;
            stream.Position = stream.Length;
            stream.Write(bytes);
            stream.Position = at;
        }
    }

    [Fact]
    public void PacketsRead_AllocateNothing()
    {
        var file = CaptureBuilder.Start().Interface("eth0");
        for (var i = 0; i < 20_001; i++)
            file.Packet(0, i, [1, 2, 3, 4, 5], 64, PacketDirection.Inbound);
        using var reader = PcapngReader.Open(new MemoryStream(file.ToArray()));
        Assert.Equal(PcapngBlockKind.Packet, reader.Next(3));
        long bytes = reader.Packet.Data.Length;
        Assert.Equal(0, Allocation.Least(() =>
        {
            for (var i = 0; i < 4_000 && reader.Read(); i++)
                bytes += reader.Packet.Data.Length;
        }));
        Assert.Equal(100_005, bytes);
    }

    [Fact]
    public void Stream_IsClosedUnlessLeftOpen()
    {
        var stream = new MemoryStream();
        PcapngReader.Open(stream, leaveOpen: true).Dispose();
        Assert.True(stream.CanRead);
        PcapngReader.Open(stream).Dispose();
        Assert.False(stream.CanRead);
    }

    [Fact]
    public void Text_ThatIsNoUtf8_IsReadWithReplacements()
    {
        var emit = new BlockEmitter();
        using var reader = PcapngReader.Open(emit.Section(1, 0, emit.Option(2, (byte)'a', 0xFF)).ToStream());
        reader.Next();
        Assert.Equal("a\ufffd", reader.Section!.Hardware);
    }

    private sealed class Trickle(byte[] content) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
