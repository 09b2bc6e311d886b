using System.Buffers;
using System.Buffers.Binary;
using MgCap.Capture.Live;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Tests.Engines.Xdp;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Live;

/// <summary>Clients that look on at a capture: each gets everything it is fast enough for, and the capture loses nothing for any of them.</summary>
public sealed class LiveStreamTests
{
    private const int Snaplen = 1500;

    private readonly NumberedFlood _flood = new(Snaplen);

    [RootTheory]
    [InlineData(EngineNames.Packet)]
    [InlineData(EngineNames.Xdp)]
    public async Task Client_SeesWhatComesFromThenOn(string engine)
    {
        using var lab = VethLab.Create("live");
        using var sender = lab.OpenSender();
        using var sink = new MemorySink();
        var session = Start(lab, engine, sink);
        sender.Flood([Frames.Udp4(new Flow(), 100)], 50);
        Wait.Until(() => session.File.Packets == 50, "the packets before");
        var feed = new LiveFeed(session);
        var clients = Enumerable.Range(0, 3).Select(_ => ReadAllAsync(feed.Open()!)).ToArray();
        _flood.SendRound(sender);
        Wait.Until(() => session.ReadStatistics().Received == 50 + NumberedFlood.Round, "the packets");
        session.Stop();

        var captured = session.ReadStatistics().Captured - 50;
        foreach (var client in clients)
        {
            var stream = await client;
            Assert.Equal(captured, _flood.AssertIntact(new MemoryStream(stream), Snaplen));
        }

        Assert.Equal(0, session.ReadStatistics().Dropped.Live);
        Assert.Null(feed.Open());
    }

    /// <summary>Twenty look on, and half of them stand still.</summary>
    [RootFact]
    public async Task SlowClients_MissBlocksAndAreTold_AndTheCaptureDoesNotCare()
    {
        using var lab = VethLab.Create("live");
        using var sender = lab.OpenSender();
        using var sink = new MemorySink();
        var session = Start(lab, EngineNames.Xdp, sink);
        var feed = new LiveFeed(session);
        var slow = Enumerable.Range(0, 10).Select(_ => feed.Open()!).ToArray();
        var fast = Enumerable.Range(0, 10).Select(_ => CountAsync(feed.Open()!)).ToArray();
        // Several times what is kept for them.
        while (session.File.Bytes < 150_000_000)
        {
            _flood.SendRound(sender);
            Wait.Until(() => session.ReadStatistics().Received == _flood.Sent, "the capture to follow");
        }

        session.Stop();

        var statistics = session.ReadStatistics();
        statistics.AssertAddsUp();
        Assert.Equal((0, 0), (statistics.Dropped.Ring, statistics.Dropped.Writer));
        Assert.Equal(_flood.Sent, statistics.Captured);
        foreach (var client in slow)
        {
            var stream = await ReadAllAsync(client);
            var read = _flood.AssertIntact(new MemoryStream(stream), Snaplen);
            Assert.InRange(read, 1, statistics.Captured - 1);
            Assert.Equal(statistics.Captured, read + DropCounts(stream));
            Assert.Equal(read, (long)CapturedFile.Read(stream).Statistics.Values.Aggregate(0UL, (sum, each) => sum + each.UserDelivered));
        }

        foreach (var client in fast)
            Assert.Equal(statistics.Captured, await client);

        Assert.True(session.ReadStatistics().Dropped.Live > 0, "what they missed is counted");
    }

    [RootFact]
    public async Task Format_IsOfNanoseconds()
    {
        using var lab = VethLab.Create("live");
        using var sink = new MemorySink();
        var session = Start(lab, EngineNames.Xdp, sink);
        var client = ReadAllAsync(new LiveFeed(session).Open()!, PacketForm.Pcap);
        using (var sender = lab.OpenSender())
            _flood.SendRound(sender);
        session.Stop();

        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, await client);
            var told = ReferenceTools.Tshark("-r", path, "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.len").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var packets = CapturedFile.Read(sink).Packets;
            Assert.Equal(packets.Select(packet => $"{new decimal(packet.Time) / 1_000_000_000:F9}\t{packet.OriginalLength}"), told);
            Assert.Contains("nanosecond", ReferenceTools.Capinfos("-t", path), StringComparison.OrdinalIgnoreCase);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Nobody is left: the copy for those who look on is not made any more, and is again for the next one.</summary>
    [RootFact]
    public async Task ClientsThatHaveGone_CostNothing()
    {
        using var lab = VethLab.Create("live");
        using var sender = lab.OpenSender();
        using var sink = new MemorySink();
        var session = Start(lab, EngineNames.Xdp, sink);
        var feed = new LiveFeed(session);
        feed.Open()!.Dispose();
        _flood.SendRound(sender);
        Wait.Until(() => session.ReadStatistics().Received == NumberedFlood.Round, "the packets");
        var next = ReadAllAsync(feed.Open()!);
        sender.Flood([Frames.Udp4(new Flow(), 100)], 10);
        Wait.Until(() => session.ReadStatistics().Received == NumberedFlood.Round + 10, "the packets of the second");
        session.Stop();
        Assert.InRange(CapturedFile.Read(await next).Packets.Count, 10, NumberedFlood.Round);
        Assert.Equal(NumberedFlood.Round + 10, session.ReadStatistics().Captured);
    }

    private static CaptureSession Start(VethLab lab, string engine, MemorySink sink) =>
        LabCapture.Start(lab.CaptureSide, LabCapture.SettingsFor(engine) with { Snaplen = Snaplen, Direction = CaptureDirection.In }, sink);

    private static async Task<byte[]> ReadAllAsync(LiveReader reader, PacketForm form = PacketForm.Pcapng)
    {
        using var stream = new LiveStream(reader, form, null);
        var all = new ArrayBufferWriter<byte>();
        var more = true;
        while (more)
            more = await stream.ReadAsync(all, CancellationToken.None);
        return all.WrittenSpan.ToArray();
    }

    /// <summary>Packets that a client got, and those that it missed.</summary>
    private static async Task<long> CountAsync(LiveReader reader)
    {
        using var stream = new LiveStream(reader, PacketForm.Pcapng, null);
        var (piece, packets) = (new ArrayBufferWriter<byte>(), 0L);
        for (; await stream.ReadAsync(piece, CancellationToken.None); piece.ResetWrittenCount())
        {
            for (var blocks = piece.WrittenMemory; !blocks.IsEmpty; blocks = blocks[BinaryPrimitives.ReadInt32LittleEndian(blocks.Span[4..])..])
                packets += BinaryPrimitives.ReadUInt32LittleEndian(blocks.Span) == PcapngFormat.EnhancedPacketBlock ? 1 : 0;
        }

        return packets + reader.Missed.Sum();
    }

    /// <summary>What epb_dropcount says, in all packets.</summary>
    private static long DropCounts(byte[] stream)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, stream);
            return ReferenceTools.Tshark("-r", path, "-Y", "frame.drop_count", "-T", "fields", "-e", "frame.drop_count")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Sum(long.Parse);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
