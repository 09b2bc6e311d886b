using System.Net.NetworkInformation;
using MgCap.Capture.Traffic;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Traffic;

public sealed class SequenceCheckTests
{
    private readonly SequenceCheck _check = new();

    [Fact]
    public void EverythingInOrder_IsSeenSo()
    {
        AddAll(0, Enumerable.Range(0, 100_000));
        Assert.Equal([new SequenceCount(0, 100_000, 0, 0, 0, 99_999)], _check.Threads);
        Assert.Equal(0, _check.Threads[0].Lost);
    }

    [Fact]
    public void Loss_IsCounted()
    {
        AddAll(0, [2, 3, 5, 70_000]);
        var count = Assert.Single(_check.Threads);
        Assert.Equal((4, 0, 0, 2UL, 70_000UL), (count.Received, count.Doubled, count.OutOfOrder, count.First, count.Last));
        // The last ones are missing too, if more were sent.
        Assert.Equal((70_001 - 4, 80_000 - 4), (count.Lost, count.LostOf(80_000)));
    }

    [Fact]
    public void Doubled_IsNoLossAndNoDisorder()
    {
        AddAll(0, [0, 1, 1, 2, 0, 3]);
        var count = Assert.Single(_check.Threads);
        Assert.Equal((6, 2, 0, 0), (count.Received, count.Doubled, count.OutOfOrder, count.Lost));
    }

    [Fact]
    public void Overtaken_IsOutOfOrder()
    {
        AddAll(0, [0, 3, 1, 2, 4]);
        var count = Assert.Single(_check.Threads);
        Assert.Equal((5, 0, 2, 0), (count.Received, count.Doubled, count.OutOfOrder, count.Lost));
    }

    [Fact]
    public void Threads_AreCountedApart()
    {
        AddAll(7, [0, 1]);
        AddAll(3, [0, 2]);
        Assert.Equal([(3, 2, 1), (7, 2, 0)], _check.Threads.Select(each => (each.Thread, each.Received, each.Lost)));
    }

    [Fact]
    public void ForeignFrames_AreCountedAsSuch()
    {
        var own = Numbered(0, 5);
        _check.Add(Frames.Udp4(new Flow(), 100));
        _check.Add(Frames.Arp(new Flow()));
        _check.Add([]);
        for (var length = 0; length < 60; length++)
            _check.Add(own.AsSpan(0, length));
        Assert.Equal(63, _check.Foreign);
        Assert.Empty(_check.Threads);
    }

    [Fact]
    public void FrameThatWasTagged_IsKnown()
    {
        _check.Add(Frames.Vlan(5, Numbered(1, 9)));
        Assert.Equal([new SequenceCount(1, 1, 0, 0, 9, 9)], _check.Threads);
    }

    /// <summary>A damaged number costs a page and not the memory of everything below it.</summary>
    [Fact]
    public void HugeNumber_IsTaken()
    {
        _check.Add(Numbered(0, ulong.MaxValue >> 1));
        Assert.Equal(ulong.MaxValue >> 1, Assert.Single(_check.Threads).Last);
    }

    private void AddAll(int thread, IEnumerable<int> sequences)
    {
        foreach (var sequence in sequences)
            _check.Add(Numbered(thread, (ulong)sequence));
    }

    private static byte[] Numbered(int thread, ulong sequence)
    {
        var frame = new TrafficFrame(new TrafficSettings { Interface = "none", FrameLength = 60 }, new PhysicalAddress([2, 0, 0, 0, 0, 1]), thread);
        var bytes = frame.Bytes.ToArray();
        frame.Number(bytes, sequence);
        return bytes;
    }
}
