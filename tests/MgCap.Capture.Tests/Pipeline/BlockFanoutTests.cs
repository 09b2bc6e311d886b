using MgCap.Capture.Blocks;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Pipeline;

public sealed class BlockFanoutTests
{
    private static readonly SectionHead _head = new(new SectionHeader(), [new InterfaceDescription { Name = "eth0/rx0", LinkType = 1 }]);

    [Fact]
    public void Others_GetWhatTheFileHasFromThenOn()
    {
        using var file = new MemorySink();
        using var other = new MemorySink();
        using var fanout = new BlockFanout(file, _head);
        fanout.Begin();
        fanout.Write(PacketBlock.Of([1, 2, 3, 4]));
        Assert.True(fanout.Add(other));
        fanout.Write(PacketBlock.Of([5, 6, 7, 8]));
        fanout.Finish([9]);
        var head = _head.Blocks.ToArray();
        Assert.Equal([.. head, 1, 2, 3, 4, 5, 6, 7, 8, 9], file.Content());
        Assert.Equal([.. head, 5, 6, 7, 8, 9], other.Content());
        Assert.True(other.Finished);
    }

    [Fact]
    public void WhatTheFileDoesNotTake_NobodyGets()
    {
        using var file = new MemorySink { BeforeWrite = write => _ = write == 2 ? throw new IOException("broken") : 0 };
        using var other = new MemorySink();
        using var fanout = new BlockFanout(file, _head);
        fanout.Begin();
        fanout.Add(other);
        Assert.Throws<IOException>(() => fanout.Write(PacketBlock.Of([1])));
        Assert.Equal(_head.Blocks.Length, other.Length);
    }

    [Fact]
    public void OneThatFails_IsLeftOutAndClosed()
    {
        using var file = new MemorySink();
        using var broken = new MemorySink { BeforeWrite = write => _ = write == 2 ? throw new InvalidOperationException("broken") : 0 };
        using var other = new MemorySink();
        using var fanout = new BlockFanout(file, _head);
        fanout.Begin();
        fanout.Add(broken);
        fanout.Add(other);
        fanout.Write(PacketBlock.Of([1]));
        fanout.Write(PacketBlock.Of([2]));
        Assert.True(broken.Disposed);
        Assert.Equal(2, broken.Writes);
        Assert.Equal((_head.Blocks.Length + 2, _head.Blocks.Length + 2), (file.Length, other.Length));
    }

    [Fact]
    public void AfterTheEnd_NobodyIsAdded()
    {
        using var late = new MemorySink();
        using var fanout = new BlockFanout(new MemorySink(), _head);
        fanout.Begin();
        fanout.Finish([]);
        Assert.False(fanout.Add(late));
        Assert.True(late.Disposed);
    }

    [Fact]
    public void SharedBlock_KeepsItsContentUntilTheLastRelease()
    {
        var queue = new PacketBlockQueue(1, queues: 1);
        var block = queue.TakeEmpty();
        new byte[] { 1, 2, 3, 4 }.CopyTo(block.Free);
        block.Advance(4);
        block.Count(0, time: 7, capturedLength: 4, wireLength: 60);
        block.Share();
        block.Release();
        Assert.Equal([1, 2, 3, 4], block.Content.ToArray());
        Assert.Equal(new PacketSummary(1, 7, 7, 60), block.Summary);
        block.Release();
        Assert.Same(block, queue.TakeEmpty());
        Assert.Equal((0, PacketSummary.None), (block.Length, block.Summary));
    }

    /// <summary>One joins a capture under load, another breaks: the file has every packet, and each of those that look on has whole packets in order.</summary>
    [RootTheory]
    [InlineData(EngineNames.Xdp)]
    [InlineData(EngineNames.Packet)]
    public async Task CaptureUnderLoad_IsJoinedAndLeft(string engine)
    {
        using var lab = VethLab.Create("fanout", new VethOptions { Queues = 2 });
        using var sink = new MemorySink();
        using var broken = new MemorySink { BeforeWrite = write => _ = write == 5 ? throw new IOException("broken") : 0 };
        using var other = new MemorySink();
        using var sender = lab.OpenSender();
        using var stop = new CancellationTokenSource();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.SettingsFor(engine), sink);
        var flood = sender.StartFlood([Frames.Udp4(new Flow(), 100)], cancellation: stop.Token);
        Wait.Until(() => session.ReadStatistics().Captured > 10_000, "packets to be captured");
        Assert.True(session.Join(broken));
        Assert.True(session.Join(other));
        Wait.Until(() => broken.Disposed && other.Writes > 20, "blocks to come");
        await stop.CancelAsync();
        await flood;
        session.Stop();
        var statistics = session.ReadStatistics();
        statistics.AssertAddsUp();
        CapturedFile.Read(sink).AssertIs(statistics, "cap0");
        var seen = CapturedFile.Read(other);
        seen.AssertInTimeOrder();
        Assert.InRange(seen.Packets.Count, 1, statistics.Captured - 10_000);
        Assert.Equal(CapturedFile.Read(sink).Packets.TakeLast(seen.Packets.Count).Select(packet => packet.Time), seen.Packets.Select(packet => packet.Time));
        Assert.True(other.Disposed);
        Assert.False(session.Join(new MemorySink()));
    }
}
