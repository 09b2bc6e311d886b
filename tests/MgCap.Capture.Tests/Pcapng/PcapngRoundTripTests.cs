using CsCheck;
using MgCap.Capture.Pcapng;

namespace MgCap.Capture.Tests.Pcapng;

public sealed class PcapngRoundTripTests
{
    private static readonly Gen<Written> _packets = Gen.Select(
        Gen.Int[0, 3],
        Gen.Long[0, long.MaxValue],
        Gen.OneOf(Gen.Int[0, 100], Gen.Int[0, 9000]).SelectMany(length => Gen.Byte.Array[length]),
        Gen.Int[0, 1 << 20],
        Gen.Enum<PacketDirection>(),
        (id, time, data, cut, direction) => new Written(id, time, data, data.Length + cut, direction));

    [Fact]
    public void Packets_ComeBackAsTheyWere() => _packets.Array[0, 40].Sample(
        packets =>
        {
            var file = CaptureBuilder.Start(new SectionHeader { UserApplication = "MgCap" });
            for (var i = 0; i < 4; i++)
                file.Interface($"eth0/rx{i}");
            foreach (var packet in packets)
                file.Packet(packet.InterfaceId, packet.Nanoseconds, packet.Data, packet.OriginalLength, packet.Direction);

            using var reader = PcapngReader.Open(new MemoryStream(file.ToArray()));
            var read = new List<Written>();
            while (reader.Read())
            {
                if (reader.BlockKind != PcapngBlockKind.Packet)
                    continue;
                var packet = reader.Packet;
                Assert.Equal($"eth0/rx{packet.InterfaceId}", reader.Interface.Name);
                read.Add(new Written(
                    packet.InterfaceId, packet.Time!.Value.Nanoseconds, packet.Data.ToArray(), (int)packet.OriginalLength,
                    packet.Direction));
            }

            Assert.Equal(packets.Length, read.Count);
            foreach (var (expected, actual) in packets.Zip(read))
            {
                Assert.Equal(expected with { Data = [] }, actual with { Data = [] });
                Assert.True(expected.Data.AsSpan().SequenceEqual(actual.Data));
            }
        },
        iter: 300);

    [Fact]
    public void Descriptions_ComeBackAsTheyWere()
    {
        var text = Gen.String[Gen.Char['\u0020', '\u2fff'], 0, 60].Select(value => value.Length == 0 ? null : value);
        var description = Gen.Select(
            text, text, text, Gen.UShort, Gen.UInt, Gen.ULong.Nullable(), Gen.Byte.Array[6].Null(),
            (name, filter, hardware, linkType, snapLength, speed, mac) => new InterfaceDescription
            {
                Name = name,
                Filter = filter,
                Hardware = hardware,
                OperatingSystem = hardware,
                Description = name,
                Comment = filter,
                LinkType = linkType,
                SnapLength = snapLength,
                SpeedBitsPerSecond = speed,
                MacAddress = mac is null ? null : new(mac),
            });
        Gen.Select(text, text, description.Array[0, 8]).Sample(
            (comment, hardware, descriptions) =>
            {
                var section = new SectionHeader
                {
                    Comment = comment,
                    Hardware = hardware,
                    OperatingSystem = comment,
                    UserApplication = hardware,
                };
                var file = CaptureBuilder.Start(section);
                foreach (var one in descriptions)
                    file.Interface(one);
                using var reader = PcapngReader.Open(new MemoryStream(file.ToArray()));
                while (reader.Read())
                    Assert.Equal(section, reader.Section);
                Assert.Equal(descriptions, reader.Interfaces);
            },
            iter: 1000);
    }

    [Fact]
    public void Statistics_ComeBackAsTheyWere() => Gen.Select(
        Gen.Long[0, long.MaxValue].Array[3],
        Gen.ULong.Array[5],
        Gen.String[Gen.Char['\u0020', '\u2fff'], 1, 60].Null(),
        (times, counts, comment) => new InterfaceStatistics
        {
            At = new Timestamp(times[0]),
            StartTime = new Timestamp(times[1]),
            EndTime = new Timestamp(times[2]),
            Received = counts[0],
            InterfaceDropped = counts[1],
            FilterAccepted = counts[2],
            OperatingSystemDropped = counts[3],
            UserDelivered = counts[4],
            Comment = comment,
        }).Sample(
        statistics =>
        {
            var file = CaptureBuilder.Start().Interface("eth0").Statistics(statistics).ToArray();
            using var reader = PcapngReader.Open(new MemoryStream(file));
            Assert.True(reader.Read() && reader.Read() && reader.Read());
            Assert.Equal(statistics, reader.Statistics);
        });

    private sealed record Written(
        int InterfaceId, long Nanoseconds, byte[] Data, int OriginalLength, PacketDirection Direction);
}
