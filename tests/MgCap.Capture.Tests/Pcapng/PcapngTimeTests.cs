using MgCap.Capture.Pcapng;

namespace MgCap.Capture.Tests.Pcapng;

/// <summary>Times in every unit that an interface may count in.</summary>
public sealed class PcapngTimeTests
{
    /// <summary>A block that dumpcap 4.0 wrote: the halves of its times stand as section 4.6 says.</summary>
    [Fact]
    public void StatisticsOfDumpcap_AreRead()
    {
        var block = Convert.FromHexString(
            "050000006C00000000000000E160060084DC1A0A01001C00436F756E746572732070726F76696465642062792064756D70636170"
            + "02000800E160060010E2F00903000800E16006002ADC1A0A040008001A00000000000000050008000000000000000000000000006C000000");
        using var reader = PcapngReader.Open(new BlockEmitter().Section().Interface().Raw(block).ToStream());
        Assert.Equal(PcapngBlockKind.InterfaceStatistics, reader.Next(3));
        Assert.Equal(
            new InterfaceStatistics
            {
                At = Timestamp.Parse("2026-11-22T17:45:13.704580Z"),
                StartTime = Timestamp.Parse("2026-11-22T17:45:10.953488Z"),
                EndTime = Timestamp.Parse("2026-11-22T17:45:13.704490Z"),
                Received = 26,
                Comment = "Counters provided by dumpcap",
            },
            reader.Statistics);
    }

    [Theory]
    [InlineData(0, 5, 5_000_000_000)]
    [InlineData(3, 1_795_367_124_123, 1_795_367_124_123_000_000)]
    [InlineData(6, 1_795_367_124_123_456, 1_795_367_124_123_456_000)]
    [InlineData(9, 1_795_367_124_123_456_789, 1_795_367_124_123_456_789)]
    [InlineData(10, 19, 1)]
    [InlineData(12, 1_999, 1)]
    [InlineData(28, ulong.MaxValue, 1)]
    [InlineData(29, ulong.MaxValue, 0)]
    [InlineData(127, ulong.MaxValue, 0)]
    [InlineData(0x80, 5, 5_000_000_000)]
    [InlineData(0x80 + 1, 3, 1_500_000_000)]
    [InlineData(0x80 + 10, 1025, 1_000_976_562)]
    [InlineData(0x80 + 32, 0x00000001_80000000, 1_500_000_000)]
    [InlineData(0x80 + 63, ulong.MaxValue, 1_999_999_999)]
    [InlineData(0x80 + 127, ulong.MaxValue, 0)]
    [InlineData(0, ulong.MaxValue, long.MaxValue)]
    [InlineData(9, ulong.MaxValue, long.MaxValue)]
    public void EveryResolution_IsReadAsNanoseconds(byte resolution, ulong units, long nanoseconds)
    {
        var emit = new BlockEmitter();
        emit.Section().Interface(1, 0, emit.Option(9, resolution)).Packet(0, units, [], 0)
            .Statistics(0, units, emit.Option(3, emit.Time(units)));
        using var reader = PcapngReader.Open(emit.ToStream());
        Assert.Equal(PcapngBlockKind.Packet, reader.Next(3));
        Assert.Equal(nanoseconds, reader.Packet.Time!.Value.Nanoseconds);
        Assert.Equal(PcapngBlockKind.InterfaceStatistics, reader.Next());
        Assert.Equal(nanoseconds, reader.Statistics.At.Nanoseconds);
        Assert.Equal(nanoseconds, reader.Statistics.EndTime.Nanoseconds);
    }

    [Fact]
    public void InterfaceThatSaysNoResolution_CountsMicroseconds()
    {
        using var reader = PcapngReader.Open(new BlockEmitter().Section().Interface().Packet(0, 5, [], 0).ToStream());
        Assert.Equal(PcapngBlockKind.Packet, reader.Next(3));
        Assert.Equal(5000, reader.Packet.Time!.Value.Nanoseconds);
    }

    [Theory]
    [InlineData(9, 1_795_367_124, 123_456_789, 1_795_367_124_123_456_789)]
    [InlineData(9, -10, 1, -9_999_999_999)]
    [InlineData(0x80 + 1, 100, 3, 101_500_000_000)]
    [InlineData(6, long.MaxValue, 0, long.MaxValue)]
    [InlineData(6, long.MinValue, 0, long.MinValue)]
    public void TimeOffset_IsAdded(byte resolution, long offsetSeconds, ulong units, long nanoseconds)
    {
        var emit = new BlockEmitter();
        emit.Section().Interface(1, 0, [.. emit.Option(14, emit.U64((ulong)offsetSeconds)), .. emit.Option(9, resolution)])
            .Packet(0, units, [], 0);
        using var reader = PcapngReader.Open(emit.ToStream());
        Assert.Equal(PcapngBlockKind.Packet, reader.Next(3));
        Assert.Equal(nanoseconds, reader.Packet.Time!.Value.Nanoseconds);
    }
}
