using MgCap.Linux.Rings;
using MgCap.Testing;

namespace MgCap.Linux.Tests.Rings;

/// <summary>A packet as it lay in a ring, copied.</summary>
internal sealed record Captured(byte[] Data, int WireLength, PacketType Type, uint VlanTag, ushort Protocol, long Time, byte[] Sender)
{
    public uint Sequence => Frames.SequenceOfUdp4(Data);
}

/// <summary>A packet ring in a namespace, bound, with what is needed to read it in a test.</summary>
internal sealed class RingReader : IDisposable
{
    private readonly WakeEvent _wake = new();
    private readonly RingPoll _poll;

    public RingReader(NetworkNamespace network, int interfaceIndex, Action<PacketRing>? prepare = null, int blockSize = 1 << 16, int blocks = 16)
    {
        Options = new PacketRingOptions { InterfaceIndex = interfaceIndex, BlockSize = blockSize, BlockCount = blocks, RetireAfter = TimeSpan.FromMilliseconds(5) };
        Ring = network.Run(() =>
        {
            var ring = new PacketRing(Options);
            prepare?.Invoke(ring);
            ring.Bind();
            return ring;
        });
        _poll = new RingPoll([Ring], _wake);
    }

    /// <summary>A ring at the end where frames arrive.</summary>
    public RingReader(VethLab lab, Action<PacketRing>? prepare = null)
        : this(lab.CaptureSide, lab.CaptureIndex, prepare)
    {
    }

    public PacketRingOptions Options { get; }

    public PacketRing Ring { get; }

    /// <summary>The real-time clock, in the unit of a packet's time; up to 100 ns late.</summary>
    public static long Now() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    /// <summary>Reads until there are so many packets.</summary>
    public List<Captured> Read(int count)
    {
        var packets = new List<Captured>();
        Wait.Until(
            () =>
            {
                packets.AddRange(ReadBlock());
                if (packets.Count < count)
                    _poll.WaitForPackets(100);
                return packets.Count >= count;
            },
            $"{count} packets");
        Assert.Equal(count, packets.Count);
        return packets;
    }

    /// <summary>Reads one block, if there is one.</summary>
    public List<Captured> ReadBlock()
    {
        var packets = new List<Captured>();
        var block = Ring.TakeBlock();
        if (block < 0)
            return packets;
        var offset = Ring.FirstPacket(block);
        for (var i = Ring.PacketCount(block); i > 0; i--)
        {
            Assert.Equal(block, Ring.BlockOf(offset));
            packets.Add(Copy(offset));
            offset = Ring.NextPacket(offset);
        }

        Ring.Release(block);
        return packets;
    }

    public void Dispose()
    {
        Ring.Dispose();
        _wake.Dispose();
    }

    private Captured Copy(uint offset)
    {
        var packet = Ring.PacketAt(offset);
        return new Captured(
            packet.Data.ToArray(), packet.WireLength, packet.Type, packet.VlanTag, packet.Protocol, Ring.TimeOf(offset), packet.SenderAddress.ToArray());
    }
}
