using System.Globalization;
using System.Net.NetworkInformation;
using MgCap.Capture.Pcapng;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Pcapng;

/// <summary>What tshark, capinfos and tcpdump see in what MgCap writes, and whether MgCap reads what they read.</summary>
public sealed class PcapngJudgesTests
{
    private static readonly long _noon = Timestamp.Parse("2026-11-22T12:00:00.123456789Z").Nanoseconds;

    [Fact]
    public void Packets_AreWhatTsharkSees()
    {
        using var file = new TemporaryFile(Sample().ToArray());
        Assert.Equal(
            [
                "1795348800.123456789\t60\t60\teth0/rx0\t",
                "1795348800.123456790\t1500\t96\teth0/rx1\t0x00000001",
                "1795348801.123456789\t61\t61\teth0/tx\t0x00000002",
                "1795348801.123456789\t0\t0\teth0/rx0\t",
            ],
            Lines(ReferenceTools.Tshark(
                "-r", file.Path, "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.len", "-e", "frame.cap_len",
                "-e", "frame.interface_name", "-e", "frame.packet_flags_direction")));
    }

    [Fact]
    public void Blocks_AreWhatTsharkDissects()
    {
        using var file = new TemporaryFile(Sample().ToArray());
        var blocks = ReferenceTools.Tshark("-X", "read_format:MIME Files Format", "-r", file.Path, "-V");
        Assert.DoesNotContain("Malformed", blocks, StringComparison.Ordinal);
        Assert.DoesNotContain("Expert Info", blocks, StringComparison.Ordinal);
        string[] expected =
        [
            "Option: Comment = Grüße", "Option: Hardware Description = x86_64", "Option: OS Description = Linux 6.1",
            "Option: User Application = MgCap 0.1.0", "Section Length: -1",
            "Option: Interface Name = eth0/rx0", "Option: Interface Description = LAN",
            "Option: MAC Address = 02:00:00:00:00:fe", "Option: Speed = 10000000000",
            "Option: Timestamp Resolution = 10^-9 (nanoseconds)", "Filter type: libpcap string (0)",
            "Filter string: tcp port 443", "Option: OS = Linux 6.1", "Option: Hardware = veth", "Option: Comment = stamped by ptp0", "Option: Comment = ptp0 was ahead",
            "[Timestamp: Nov 22, 2026 12:00:02.000000003 UTC]",
        ];
        // Wireshark 4.4 writes Libpcap.
        Assert.All(expected, text => Assert.Contains(text, blocks, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Statistics_AreWhatTsharkDissects()
    {
        using var file = new TemporaryFile(Sample().ToArray());
        const string Data = "pcapng.options.option.data.interface.";
        Assert.Equal(
            ["100,200\t1,2\t90,190\t3,4\t87,186"],
            Lines(ReferenceTools.Tshark(
                "-X", "read_format:MIME Files Format", "-r", file.Path, "-T", "fields", "-e", Data + "received",
                "-e", Data + "dropped", "-e", Data + "accepted_by_filter", "-e", Data + "dropped_by_os",
                "-e", Data + "delivered_to_user")));
    }

    [Fact]
    public void WholeFile_IsWhatCapinfosSees()
    {
        using var file = new TemporaryFile(Sample().ToArray());
        var lines = Lines(ReferenceTools.Capinfos("-M", file.Path))
            .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            // What Wireshark 4.4 calls them.
            .Select(line => line.Replace("Earliest packet time", "First packet time", StringComparison.Ordinal).Replace("Latest packet time", "Last packet time", StringComparison.Ordinal))
            .ToArray();
        string[] expected =
        [
            "File type: pcapng", "File encapsulation: ether", "File timestamp precision: nanoseconds (9)",
            "Number of packets: 4", "Strict time order: True", "Capture hardware: x86_64", "Capture oper-sys: Linux 6.1",
            "Capture application: MgCap 0.1.0", "Capture comment: Grüße", "Number of interfaces in file: 3",
            "First packet time: 2026-11-22 12:00:00.123456789", "Last packet time: 2026-11-22 12:00:01.123456789",
            "Name = eth0/rx1", "Hardware = veth", "Speed = 10000000000", "Capture length = 96", "Filter string = tcp port 443",
            "Time resolution = 0x09", "Number of stat entries = 1",
        ];
        Assert.All(expected, line => Assert.Contains(line, lines));
    }

    [Fact]
    public void PutBackVlanTag_IsWhatTcpdumpSees()
    {
        var frame = Frame(60);
        byte[] tag = [0x81, 0x00, 0xA0, 0x2A];
        var block = new byte[256];
        var length = PcapngEncoder.WriteEnhancedPacket(
            block, 0, new Timestamp(_noon), 64, frame.AsSpan(0, 12), tag, frame.AsSpan(12), PacketDirection.Inbound);
        using var file = new TemporaryFile(
            [.. CaptureBuilder.Start().Interface("eth0", 96).ToArray(), .. block.AsSpan(0, length)]);
        var line = Assert.Single(Lines(ReferenceTools.Tcpdump(
            "-n", "-e", "-tt", "--time-stamp-precision=nano", "-r", file.Path)));
        Assert.StartsWith(
            "1795348800.123456789 02:00:00:00:00:02 > 02:00:00:00:00:01, ethertype 802.1Q (0x8100), length 64: vlan 42, p 5, ",
            line, StringComparison.Ordinal);
        Assert.Contains("192.0.2.1.4000 > 192.0.2.2.53", line, StringComparison.Ordinal);
    }

    /// <summary>Wireshark's own library reads the file and writes it again, without statistics; MgCap reads the same.</summary>
    [Fact]
    public void TsharksCopy_ReadsAsTheOriginal()
    {
        using var file = new TemporaryFile(Sample().ToArray());
        var copy = file.Path + ".copy";
        ReferenceTools.Tshark("-r", file.Path, "-F", "pcapng", "-w", copy);
        PcapngScan original = PcapngScan.Scan(file.Path), copied = PcapngScan.Scan(copy);
        Assert.Null(copied.Damage);
        Assert.Equal(original.Section! with { UserApplication = null }, copied.Section! with { UserApplication = null });
        Assert.Equal(
            (original.Packets, original.CapturedBytes, original.WireBytes, original.FirstPacketAt, original.LastPacketAt),
            (copied.Packets, copied.CapturedBytes, copied.WireBytes, copied.FirstPacketAt, copied.LastPacketAt));
        Assert.Equal(original.Interfaces.Select(one => one.Packets), copied.Interfaces.Select(one => one.Packets));
        Assert.Equal(
            original.Interfaces.Select(one => (one.Description.Name, one.Description.Filter, one.Description.SnapLength)),
            copied.Interfaces.Select(one => (one.Description.Name, one.Description.Filter, one.Description.SnapLength)));
    }

    /// <summary>Files that MgCap never writes: the reader and tshark agree on every packet.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ForeignFile_ReadsAsTsharkReadsIt(bool bigEndian)
    {
        var emit = new BlockEmitter(bigEndian);
        var frame = Frame(61);
        emit.Section()
            .Interface(1, 48, emit.Option(2, "a"u8.ToArray()))
            .Interface(1, 0, [.. emit.Option(2, "b"u8.ToArray()), .. emit.Option(9, 0x8A)])
            .Interface(1, 0, [
                .. emit.Option(2, "c"u8.ToArray()), .. emit.Option(9, 12), .. emit.Option(14, emit.U64(1_795_348_800))])
            .Interface(1, 0, [.. emit.Option(2, "d"u8.ToArray()), .. emit.Option(9, 0xA0)])
            .Packet(0, 1_795_348_800_123_456, frame, 1500, [.. emit.Option(2, emit.U32(2)), .. emit.Option(1, "one"u8.ToArray())])
            .Packet(1, (1_795_348_800UL << 10) + 1, frame, 61)
            .Block(4, 0, 0, 0, 0) // Name resolution, of nothing.
            .Packet(2, 3_000_000_007_999, frame, 61, emit.Option(1, "two"u8.ToArray()))
            .Packet(3, (1_795_348_804UL << 32) + 0x80000001, frame, 61)
            .Block(2, [.. emit.U16(0), .. emit.U16(3), .. emit.Time(1_795_348_805_000_001), .. emit.U32(61), .. emit.U32(61),
                .. BlockEmitter.Padded(frame)])
            .Section()
            .Interface(1, 0, [.. emit.Option(2, "a"u8.ToArray()), .. emit.Option(9, 3)]) // tshark says the first section's.
            .Packet(0, 1_795_348_806_123, frame[..42], 61);

        using var file = new TemporaryFile(emit.ToArray());
        var expected = Lines(ReferenceTools.Tshark(
            "-r", file.Path, "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.len", "-e", "frame.cap_len",
            "-e", "frame.interface_name", "-e", "frame.comment"));
        var read = new List<string>();
        using var reader = PcapngReader.Open(file.Path);
        while (reader.Read())
        {
            if (reader.BlockKind != PcapngBlockKind.Packet)
                continue;
            var packet = reader.Packet;
            var (seconds, fraction) = Math.DivRem(packet.Time!.Value.Nanoseconds, 1_000_000_000);
            read.Add(string.Create(CultureInfo.InvariantCulture, $"{seconds}.{fraction:d9}\t{packet.OriginalLength}\t{packet
                .Data.Length}\t{reader.Interface.Name}\t{packet.GetComment()}"));
        }

        Assert.Equal(6, read.Count);
        Assert.Equal(expected, read);
    }

    [Fact]
    public void FileCutByAScan_IsWholeToTheJudges()
    {
        var sample = Sample().ToArray();
        byte[] damaged = [.. sample.AsSpan(0, sample.Length - 200), .. new byte[300]];
        using var file = new TemporaryFile(damaged);
        Assert.Throws<JudgeException>(() => ReferenceTools.Tshark("-r", file.Path)); // The judge does see the damage.
        var scan = PcapngScan.Scan(file.Path);
        using var recovered = new TemporaryFile(damaged.AsSpan(0, (int)scan.ValidLength));
        Assert.Equal(scan.Packets, Lines(ReferenceTools.Tshark("-r", recovered.Path)).Length);
        Assert.Equal(scan.Packets, Lines(ReferenceTools.Tcpdump("-n", "-r", recovered.Path)).Length);
    }

    private static CaptureBuilder Sample()
    {
        var file = CaptureBuilder.Start(new SectionHeader
        {
            Hardware = "x86_64",
            OperatingSystem = "Linux 6.1",
            UserApplication = "MgCap 0.1.0",
            Comment = "Grüße",
        });
        foreach (var name in new[] { "eth0/rx0", "eth0/rx1", "eth0/tx" })
        {
            file.Interface(new InterfaceDescription
            {
                Name = name,
                LinkType = 1,
                SnapLength = 96,
                Filter = "tcp port 443",
                SpeedBitsPerSecond = 10_000_000_000,
                Hardware = "veth",
                OperatingSystem = "Linux 6.1",
                MacAddress = PhysicalAddress.Parse("02-00-00-00-00-FE"),
                Description = "LAN",
                Comment = "stamped by ptp0",
            });
        }

        file.Packet(0, _noon, Frame(60))
            .Packet(1, _noon + 1, Frame(96), 1500, PacketDirection.Inbound)
            .Packet(2, _noon + 1_000_000_000, Frame(61), 61, PacketDirection.Outbound)
            .Packet(0, _noon + 1_000_000_000, []);
        for (var id = 0; id < 2; id++)
        {
            file.Statistics(new InterfaceStatistics
            {
                InterfaceId = id,
                At = new Timestamp(Timestamp.Parse("2026-11-22T12:00:02.000000003Z").Nanoseconds),
                StartTime = new Timestamp(_noon - 5),
                EndTime = new Timestamp(_noon + 1_500_000_000),
                Received = id == 0 ? 100UL : 200,
                InterfaceDropped = id == 0 ? 1UL : 2,
                FilterAccepted = id == 0 ? 90UL : 190,
                OperatingSystemDropped = id == 0 ? 3UL : 4,
                UserDelivered = id == 0 ? 87UL : 186,
                Comment = "ptp0 was ahead",
            });
        }

        return file;
    }

    /// <summary>UDP from 192.0.2.1:4000 to 192.0.2.2:53, of at least 42 bytes.</summary>
    private static byte[] Frame(int length)
    {
        byte[] headers =
        [
            2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00,
            0x45, 0, 0, 46, 0, 0, 0, 0, 64, 17, 0xF6, 0xBB, 192, 0, 2, 1, 192, 0, 2, 2,
            0x0F, 0xA0, 0, 53, 0, 26, 0, 0,
        ];
        return [.. headers, .. new byte[length - headers.Length]];
    }

    private static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
