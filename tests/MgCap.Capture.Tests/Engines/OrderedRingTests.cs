using MgCap.Capture.Engines.Packet;
using MgCap.Linux.Rings;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Engines;

public sealed class OrderedRingTests
{
    private const int Blocks = 4;

    /// <summary>While packets wait for those of another ring, a ring may run full; its blocks are not taken a second time.</summary>
    [RootFact]
    public void FullRing_GivesEveryPacketOnce()
    {
        using var lab = VethLab.Create("fullring");
        using var sender = lab.OpenSender();
        using var ring = Open(lab);
        var frames = Enumerable.Range(0, 400).Select(i => Frames.Udp4(new Flow(), 1400, (uint)i)).ToArray();
        sender.Flood(frames, frames.Length);
        long accepted = 0, dropped = 0;
        Wait.Until(() => Count(ring, ref accepted, ref dropped) == frames.Length, "the frames to arrive");
        Assert.InRange(dropped, 1, frames.Length);

        for (var i = 0; i < 3 * Blocks; i++)
            ring.TakeBlock();
        // The block that the kernel fills when the ring runs full stays its own until it is retired.
        Wait.Until(
            () =>
            {
                ring.TakeBlock();
                return ring.Taken >= accepted - dropped;
            },
            "all blocks to be given away");
        for (var i = 0; i < 3 * Blocks; i++)
            ring.TakeBlock();

        Assert.Equal(accepted - dropped, ring.Taken);
        Assert.Equal(Enumerable.Range(0, (int)ring.Taken).Select(i => (uint)i), TakeAll(ring));
    }

    /// <summary>What waits in a full ring must not hold itself back: nothing earlier can come than now.</summary>
    [RootFact]
    public void FullRingThatIsTaken_HoldsNothingBack()
    {
        using var lab = VethLab.Create("horizon");
        using var sender = lab.OpenSender();
        using var ring = Open(lab);
        sender.Flood([Frames.Udp4(new Flow(), 1400)], 400);
        long accepted = 0, dropped = 0;
        Wait.Until(() => Count(ring, ref accepted, ref dropped) == 400, "the frames to arrive");
        Wait.Until(
            () =>
            {
                ring.TakeBlock();
                return ring.Taken >= accepted - dropped;
            },
            "all blocks to be given away");
        Assert.Equal(long.MaxValue, ring.Ring.Horizon(long.MaxValue));
    }

    [RootFact]
    public void Blocks_GoBackWhenTheirPacketsAreDone()
    {
        using var lab = VethLab.Create("goback");
        using var sender = lab.OpenSender();
        using var ring = Open(lab);
        // More than the ring holds, a little at a time: without blocks given back the later ones would be dropped.
        for (var round = 0u; round < 50; round++)
        {
            var frames = Enumerable.Range(0, 8).Select(i => Frames.Udp4(new Flow(), 1400, 8 * round + (uint)i)).ToArray();
            sender.Flood(frames, frames.Length);
            var taken = new List<uint>();
            Wait.Until(
                () =>
                {
                    ring.TakeBlock();
                    taken.AddRange(TakeAll(ring));
                    return taken.Count == frames.Length;
                },
                "the round's frames");
            Assert.Equal(frames.Select(frame => Frames.SequenceOfUdp4(frame)), taken);
        }

        Assert.Equal((400u, 0u), ring.Ring.ReadAndResetCounters());
    }

    private static OrderedRing Open(VethLab lab)
    {
        var options = new PacketRingOptions
        {
            InterfaceIndex = lab.CaptureIndex,
            BlockSize = 32 * 1024,
            BlockCount = Blocks,
            RetireAfter = TimeSpan.FromMilliseconds(5),
        };
        return lab.CaptureSide.Run(() =>
        {
            var ring = new OrderedRing(options, 0);
            ring.Ring.Bind();
            return ring;
        });
    }

    private static long Count(OrderedRing ring, ref long accepted, ref long dropped)
    {
        var (more, lost) = ring.Ring.ReadAndResetCounters();
        dropped += lost;
        return accepted += more;
    }

    private static List<uint> TakeAll(OrderedRing ring)
    {
        var sequences = new List<uint>();
        var last = long.MinValue;
        while (ring.HasPending)
        {
            Assert.True(ring.NextTime >= last, "the packets are in order of time");
            last = ring.NextTime;
            sequences.Add(Frames.SequenceOfUdp4(ring.Ring.PacketAt(ring.NextOffset).Data));
            ring.RemoveNext();
        }

        return sequences;
    }
}
