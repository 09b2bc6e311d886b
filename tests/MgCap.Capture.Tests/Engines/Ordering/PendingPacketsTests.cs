using MgCap.Capture.Engines.Ordering;

namespace MgCap.Capture.Tests.Engines.Ordering;

/// <summary>Packets of a ring, nearly in order of time, come out in order.</summary>
public sealed class PendingPacketsTests
{
    [Fact]
    public void Nothing_IsLaterThanEverything()
    {
        var pending = new PendingPackets();
        Assert.True(pending.IsEmpty);
        Assert.Equal(long.MaxValue, pending.NextTime);
    }

    [Fact]
    public void OvertakenPackets_ComeInOrder_AndEqualTimesAsTheyCame()
    {
        var pending = new PendingPackets();
        long[] times = [10, 12, 11, 15, 9, 15, 14];
        pending.MakeRoom(times.Length);
        for (var place = 0u; place < times.Length; place++)
            pending.Add(new PendingPacket(times[place], place));
        Assert.Equal([(9, 4), (10, 0), (11, 2), (12, 1), (14, 6), (15, 3), (15, 5)], TakeAll(ref pending));
    }

    [Fact]
    public void ManyPackets_AddedAndTakenInTurn_AreAllThere()
    {
        var pending = new PendingPackets();
        var random = new Random(7);
        var (added, taken, last) = (0u, 0, long.MinValue);
        while (added < 100_000)
        {
            var count = random.Next(3000);
            pending.MakeRoom(count);
            for (var i = 0; i < count; i++, added++)
                pending.Add(new PendingPacket(added * 10 + random.Next(100), added));
            pending.Settle();
            // What can't be preceded any more: none that is added later is more than 100 earlier.
            for (; !pending.IsEmpty && pending.NextTime < added * 10L; taken++)
            {
                Assert.True(pending.NextTime >= last);
                last = pending.NextTime;
                pending.RemoveNext();
            }
        }

        Assert.Equal(added, (uint)(taken + pending.All.Length));
    }

    /// <summary>As a device stamps them that is read from one of many queues, and then from the next: some are overtaken by hundreds. Places wrap.</summary>
    [Fact]
    public void PacketsOvertakenByMany_AreSorted_AndEqualTimesAsTheyCame()
    {
        const uint Start = uint.MaxValue - 700;
        var pending = new PendingPackets();
        var random = new Random(11);
        var expected = new List<(long Time, uint Place)>();
        for (var i = 0u; i < 5000; i++)
        {
            var packet = new PendingPacket(i - random.NextInt64(1000), unchecked(Start + i));
            pending.MakeRoom(1);
            pending.Add(packet);
            expected.Add((packet.Time, packet.Place));
        }

        pending.Settle();
        Assert.Equal(expected.Max(packet => packet.Time), pending.LastTime);
        Assert.Equal(5000u, pending.FarthestBehind(unchecked(Start + 5000)));
        Assert.Equal(expected.OrderBy(packet => packet.Time), TakeAll(ref pending));
        Assert.Equal(0u, pending.FarthestBehind(unchecked(Start + 5000)));
    }

    private static List<(long Time, uint Place)> TakeAll(ref PendingPackets pending)
    {
        var taken = new List<(long Time, uint Place)>();
        for (; !pending.IsEmpty; pending.RemoveNext())
            taken.Add((pending.NextTime, pending.NextPlace));
        return taken;
    }
}
