using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Pipeline;

namespace MgCap.Capture.Tests.Hwtstamp;

public sealed class StampOrderTests
{
    private const long Now = 1_700_000_000_000_000_000;
    private const long Millisecond = 1_000_000;
    private const long Tai = 37_000_000_000;

    // The device's clock is on TAI, and does not drift.
    private readonly UtcConversion _conversion = new(Now + Tai, -Tai, 0, 0);
    private readonly List<long> _encoded = [];

    [Fact]
    public void Packets_AreInTheOrderOfTheirStamps_AcrossAndWithinRings()
    {
        var order = new StampOrder<Ring>([new Ring(_encoded, At(-90), At(-70), At(-80), At(-60)), new Ring(_encoded, At(-85), At(-65), At(-75))]);
        Assert.Equal(7, order.Drain(_conversion, Now, null!));
        Assert.Equal([-90, -85, -80, -75, -70, -65, -60], Milliseconds());
        Assert.False(order.HoldsPackets);
    }

    [Fact]
    public void Packet_WaitsInItsRing_ForThoseThatWereStampedBeforeIt()
    {
        var first = new Ring(_encoded, At(-100), At(-3), At(-2));
        var second = new Ring(_encoded, At(-50));
        var order = new StampOrder<Ring>([first, second]);
        Assert.Equal(2, order.Drain(_conversion, Now, null!));
        Assert.Equal([-100, -50], Milliseconds());
        Assert.True(order.HoldsPackets);
        Assert.Equal([1UL, 1UL], [first.Released, second.Released]);

        second.Add(At(-10));
        Assert.Equal(0, order.Drain(_conversion, Now, null!));
        Assert.Equal(3, order.Drain(_conversion, Now + (20 * Millisecond), null!));
        Assert.Equal([-100, -50, -10, -3, -2], Milliseconds());
        Assert.False(order.HoldsPackets);
        Assert.Equal([3UL, 2UL], [first.Released, second.Released]);
    }

    /// <summary>What lies before a packet that is held is given back, what lies behind it is not, although it is encoded.</summary>
    [Fact]
    public void Room_IsGivenBack_UpToTheFirstPacketThatIsHeld()
    {
        var ring = new Ring(_encoded, At(-90), At(-1), At(-80));
        Assert.Equal(2, new StampOrder<Ring>([ring]).Drain(_conversion, Now, null!));
        Assert.Equal([-90, -80], Milliseconds());
        Assert.Equal(1UL, ring.Released);
    }

    [Fact]
    public void PacketOfTheFuture_HoldsUpNobody()
    {
        var order = new StampOrder<Ring>([new Ring(_encoded, At(-50), At(3_600_000), At(-40))]);
        Assert.Equal(3, order.Drain(_conversion, Now, null!));
        Assert.Equal([-50, -40, 3_600_000], Milliseconds());
    }

    [Fact]
    public void Limit_EndsTheEncoding()
    {
        var order = new StampOrder<Ring>([new Ring(_encoded, At(-50), At(-40), At(-30)) { Limit = 2 }]);
        Assert.Equal(2, order.Drain(_conversion, Now, null!));
        Assert.Equal([-50, -40], Milliseconds());
    }

    /// <summary>However many packets come, and in whatever order.</summary>
    [Fact]
    public void ManyPackets_AreAllThereAndInOrder()
    {
        var random = new Random(1);
        var rings = Enumerable.Range(0, 3).Select(_ => new Ring(_encoded)).ToArray();
        var order = new StampOrder<Ring>(rings);
        for (var now = Now; now < Now + (1000 * Millisecond); now += 5 * Millisecond)
        {
            foreach (var ring in rings)
            {
                for (var i = random.Next(100); i > 0; i--)
                    ring.Add(now + Tai - random.NextInt64(15 * Millisecond));
            }

            order.Drain(_conversion, now, null!);
        }

        order.Drain(_conversion, Now + (2000 * Millisecond), null!);
        Assert.Equal(rings.Sum(ring => ring.Count), _encoded.Count);
        Assert.Equal(_encoded.Order(), _encoded);
        Assert.All(rings, ring => Assert.Equal((ulong)ring.Count, ring.Released));
    }

    private static long At(long milliseconds) => Now + Tai + (milliseconds * Millisecond);

    private IEnumerable<long> Milliseconds() => _encoded.Select(time => (time - Now) / Millisecond);

    /// <summary>A ring in which packets have the device's stamps as they were added.</summary>
    private readonly struct Ring(List<long> encoded, params long[] stamps) : IStampedRing
    {
        private readonly List<long> _stamps = [.. stamps];
        private readonly State _state = new();

        public bool HasNext => (int)_state.Position < _stamps.Count;

        public ulong Position => _state.Position;

        internal int Count => _stamps.Count;

        internal ulong Released => _state.Released;

        internal int Limit
        {
            init => _state.Limit = value;
        }

        public long TimeOfNext(UtcConversion conversion) => conversion.ToUtc(_stamps[(int)_state.Position]);

        public void MoveNext() => _state.Position++;

        public bool Encode(ulong position, long time, PacketEncoder encoder)
        {
            Assert.InRange(position, _state.Released, _state.Position - 1);
            encoded.Add(time);
            return encoded.Count < _state.Limit;
        }

        public void ReleaseUpTo(ulong position) => _state.Released = position;

        internal void Add(long stamp) => _stamps.Add(stamp);

        private sealed class State
        {
            internal ulong Position;
            internal ulong Released;
            internal int Limit = int.MaxValue;
        }
    }
}
