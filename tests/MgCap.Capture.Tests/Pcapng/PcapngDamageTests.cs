using CsCheck;
using MgCap.Capture.Pcapng;

namespace MgCap.Capture.Tests.Pcapng;

/// <summary>Files that are damaged: the reader says where and how, and never more than that happens.</summary>
public sealed class PcapngDamageTests
{
    private static readonly BlockEmitter _emit = new();

    public static TheoryData<string, byte[], string> Damages => new()
    {
        { "no section", new BlockEmitter().Interface().ToArray()[..], "does not start with a section header" },
        { "a pcap file", [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0], "does not start with a section header" },
        { "magic", new BlockEmitter().Block(0x0A0D0D0A, new byte[16]).ToArray(), "byte-order magic" },
        { "short section", new BlockEmitter().Block(0x0A0D0D0A, _emit.U32(0x1A2B3C4D)).ToArray(), "length as 16" },
        { "zeros", Good(new byte[64]), "length as 0" },
        { "length 8", Good([.. _emit.U32(77), .. _emit.U32(8), .. _emit.U32(8)]), "length as 8" },
        { "length 14", Good([.. _emit.U32(77), .. _emit.U32(14), 0, 0, .. _emit.U32(14)]), "length as 14" },
        { "huge length", Good([.. _emit.U32(6), .. _emit.U32(0xFFFFFFFC), .. _emit.U32(1)]), "length as 4294967292" },
        { "trailing length", Good([.. _emit.U32(77), .. _emit.U32(12), .. _emit.U32(16)]), "16 at its end" },
        { "cut in the head", Good([.. _emit.U32(77), .. _emit.U32(12)]), "8 bytes are left" },
        { "cut in the body", Good([.. _emit.U32(77), .. _emit.U32(16), .. _emit.U32(0)]), "has only 12" },
        { "interface of a packet", Good(new BlockEmitter().Packet(1, 0, [], 0)), "interface 1; the section has described 1" },
        { "interface of statistics", Good(new BlockEmitter().Statistics(9, 0)), "interface 9" },
        { "interface of an old packet", Good(new BlockEmitter().Block(2, [7, .. new byte[19]])), "interface 7" },
        { "simple packet without one", new BlockEmitter().Section().Block(3, new byte[4]).ToArray(), "interface 0" },
        { "short packet", Good(new BlockEmitter().Block(6, new byte[16])), "shorter than its 20" },
        { "short old packet", Good(new BlockEmitter().Block(2, new byte[16])), "shorter than its 20" },
        { "short simple packet", Good(new BlockEmitter().Block(3)), "shorter than its 4" },
        { "short statistics", Good(new BlockEmitter().Block(5, new byte[8])), "shorter than its 12" },
        { "short interface", Good(new BlockEmitter().Block(1, new byte[4])), "shorter than its 8" },
        { "packet over its block", Good(new BlockEmitter().Block(6, [.. new byte[12], 5, .. new byte[11]])), "of 5 bytes does" },
        { "simple packet over its block", Good(new BlockEmitter().Block(3, [5, .. new byte[7]])), "packet of 5 bytes" },
        { "option over its block", Good(new BlockEmitter().Packet(0, 0, [], 0, 9, 0, 5, 0, 1, 2, 3, 4)), "run over its end" },
        { "option over statistics", Good(new BlockEmitter().Statistics(0, 0, 9, 0, 1, 0)), "run over its end" },
        { "option over interface", Good(new BlockEmitter().Interface(1, 0, 9, 0, 1, 0)), "run over its end" },
        { "option over section", Good(new BlockEmitter().Section(1, 0, 9, 0, 1, 0)), "run over its end" },
        { "flags of two bytes", Good(new BlockEmitter().Packet(0, 0, [], 0, _emit.Option(2, 1, 0))), "2 bytes, not 4" },
        { "resolution of two bytes", Good(new BlockEmitter().Interface(1, 0, _emit.Option(9, 9, 9))), "2 bytes, not 1" },
        { "offset of four bytes", Good(new BlockEmitter().Interface(1, 0, _emit.Option(14, 1, 2, 3, 4))), "4 bytes, not 8" },
        { "address of five bytes", Good(new BlockEmitter().Interface(1, 0, _emit.Option(6, 1, 2, 3, 4, 5))), "5 bytes, not 6" },
        { "count of four bytes", Good(new BlockEmitter().Statistics(0, 0, _emit.Option(4, 1, 2, 3, 4))), "4 bytes, not 8" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damage_IsToldWithItsPlace(string name, byte[] file, string problem)
    {
        var whole = file.AsSpan().StartsWith(Good([])) ? Good([]).Length : name == "simple packet without one" ? 28 : 0;
        using var reader = PcapngReader.Open(new MemoryStream(file));
        var damage = Assert.Throws<PcapngFormatException>(() => Drain(reader));
        Assert.Contains(problem, damage.Problem, StringComparison.Ordinal);
        Assert.Contains($"at byte {whole}:", damage.Message, StringComparison.Ordinal);
        Assert.Equal(whole, damage.Offset);
        Assert.Equal(whole, reader.Position);
        Assert.Equal(name.StartsWith("cut", StringComparison.Ordinal), damage.IsTruncated);
        Assert.Equal(PcapngBlockKind.None, reader.BlockKind);
        Assert.True(reader.Block.IsEmpty);

        // It stays damaged: nothing is skipped by asking again.
        Assert.Equal(damage.Message, Assert.Throws<PcapngFormatException>(() => reader.Read()).Message);
        Assert.Equal(whole, reader.Position);
    }

    [Fact]
    public void TooManyInterfaces_AreDamage()
    {
        var file = new BlockEmitter().Section();
        for (var i = 0; i <= PcapngFormat.MaxInterfaces; i++)
            file.Interface();
        using var reader = PcapngReader.Open(file.ToStream());
        var damage = Assert.Throws<PcapngFormatException>(() => Drain(reader));
        Assert.Contains("more than 65536 interfaces", damage.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void BlockOfTheGreatestLength_IsRead()
    {
        using var reader = PcapngReader.Open(
            new BlockEmitter().Section().Block(77, new byte[PcapngFormat.MaxBlockLength - 12]).ToStream());
        Assert.Equal(2, Drain(reader));
        using var longer = PcapngReader.Open(
            new BlockEmitter().Section().Block(77, new byte[PcapngFormat.MaxBlockLength - 8]).ToStream());
        Assert.Throws<PcapngFormatException>(() => Drain(longer));
    }

    /// <summary>A block that says it is long takes no more memory than there is of it.</summary>
    [Fact]
    public void LengthThatIsALie_CostsNoMemory()
    {
        var file = Good([.. _emit.U32(6), .. _emit.U32(PcapngFormat.MaxBlockLength), .. new byte[100_000]]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var reader = PcapngReader.Open(new MemoryStream(file));
        Assert.Throws<PcapngFormatException>(() => Drain(reader));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 1024 * 1024);
    }

    /// <summary>Bytes changed, put in or taken out at random: an end or a <see cref="PcapngFormatException"/>.</summary>
    [Fact]
    public void RandomMutations_EndOrAreDamage()
    {
        var files = new[] { FuzzFile(new BlockEmitter()), FuzzFile(new BlockEmitter(bigEndian: true)) };
        var value = Gen.OneOf(Gen.Byte, Gen.OneOf<byte>(0, 1, 2, 4, 8, 255));
        var mutation = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 10_000], value);
        var ended = 0;
        var damaged = 0;
        Gen.Select(Gen.Int[0, 1], mutation.Array[1, 12]).Sample(
            sample =>
            {
                var (which, mutations) = sample;
                List<byte> file = [.. files[which]];
                foreach (var (kind, place, with) in mutations)
                {
                    var at = place % file.Count;
                    switch (kind)
                    {
                        case 0: file.Insert(at, with); break;
                        case 1 when file.Count > 1: file.RemoveAt(at); break;
                        case 2 when at > 0: file.RemoveRange(at, Math.Min(with, file.Count - at)); break;
                        default: file[at] = with; break;
                    }
                }

                using var reader = PcapngReader.Open(new MemoryStream([.. file]));
                try
                {
                    Assert.InRange(Drain(reader), 0, file.Count / 12);
                    Interlocked.Increment(ref ended);
                }
                catch (PcapngFormatException damage)
                {
                    Assert.Equal(reader.Position, damage.Offset);
                    Interlocked.Increment(ref damaged);
                }
            },
            iter: 20_000);
        Assert.True(ended > 100 && damaged > 100, $"{ended} ended, {damaged} were damaged: the mutations try too little");
    }

    private static byte[] FuzzFile(BlockEmitter emit) => emit
        .Section(1, 0, [.. emit.Option(1, 65, 66), .. emit.Option(0)])
        .Interface(1, 4, [
            .. emit.Option(2, 66), .. emit.Option(6, 1, 2, 3, 4, 5, 6), .. emit.Option(9, 0x8A), .. emit.Option(11, 0, 1)])
        .Interface(1, 0, [.. emit.Option(8, emit.U64(1)), .. emit.Option(14, emit.U64(ulong.MaxValue))])
        .Packet(0, 1, [1, 2, 3], 3, [.. emit.Option(2, emit.U32(1)), .. emit.Option(1, 65, 66, 67)])
        .Block(3, [.. emit.U32(4), 1, 2, 3, 4])
        .Block(2, [.. emit.U16(1), .. emit.U16(0), .. emit.Time(7), .. emit.U32(2), .. emit.U32(2), .. BlockEmitter.Padded(1, 2)])
        .Block(0x0BAD, 1, 2, 3, 4, 5, 6, 7, 8)
        .Statistics(1, 9, [.. emit.Option(2, emit.Time(1)), .. emit.Option(4, emit.U64(3)), .. emit.Option(0)])
        .Section().Interface().Packet(0, ulong.MaxValue, [1], 1)
        .ToArray();

    /// <summary>Reads to the end, looking at everything.</summary>
    /// <returns>Blocks read.</returns>
    private static int Drain(PcapngReader reader)
    {
        var blocks = 0;
        for (; reader.Read(); blocks++)
        {
            switch (reader.BlockKind)
            {
                case PcapngBlockKind.Packet:
                    Assert.InRange(reader.Packet.Data.Length, 0, reader.Block.Length - 12);
                    Assert.NotNull(reader.Interface);
                    _ = reader.Packet.GetComment();
                    break;
                case PcapngBlockKind.InterfaceStatistics:
                    Assert.Equal(reader.InterfaceId, reader.Statistics.InterfaceId);
                    break;
            }
        }

        return blocks;
    }

    private static byte[] Good(BlockEmitter tail) => Good(tail.ToArray());

    private static byte[] Good(byte[] tail) => [.. new BlockEmitter().Section().Interface().ToArray(), .. tail];
}
