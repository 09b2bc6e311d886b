using MgCap.Capture.Blocks;
using MgCap.Capture.Engines.Ordering;

namespace MgCap.Capture.Tests.Engines.Ordering;

public sealed class RingMergeTests
{
    private readonly List<long> _encoded = [];

    [Fact]
    public void Packets_OfAllRings_AreInOrder_UpToWhatIsDue()
    {
        var merge = new RingMerge<Ring>([new Ring(_encoded, 10, 30, 50), new Ring(_encoded, 20, 40, 60), new Ring(_encoded), new Ring(_encoded, 5)], 1000);
        Assert.Equal(5, merge.Merge(null!, due: 45));
        Assert.Equal([5, 10, 20, 30, 40], _encoded);
        Assert.True(merge.HasPending);
        Assert.Equal(50, merge.NextTime);
        Assert.Equal(0, merge.Merge(null!, due: 49));
        Assert.Equal(2, merge.Merge(null!, long.MaxValue));
        Assert.Equal([5, 10, 20, 30, 40, 50, 60], _encoded);
        Assert.False(merge.HasPending);
        Assert.Equal(long.MaxValue, merge.NextTime);
        Assert.Equal(0, merge.Merge(null!, long.MaxValue));
    }

    /// <summary>Packets of equal time come in the order of the rings, each ring's as it has them.</summary>
    [Fact]
    public void EqualTimes_LoseNothing()
    {
        Ring[] rings = [new Ring(_encoded, 1, 1, 2, 2, 2), new Ring(_encoded, 1, 2, 2, 3)];
        Assert.Equal(9, new RingMerge<Ring>(rings, 1000).Merge(null!, due: 3));
        Assert.Equal(_encoded.Order(), _encoded);
    }

    [Fact]
    public void Limit_EndsTheEncoding()
    {
        var merge = new RingMerge<Ring>([new Ring(_encoded, 1, 2, 3) { Limit = 2 }, new Ring(_encoded, 9)], 1000);
        Assert.Equal(2, merge.Merge(null!, long.MaxValue));
        Assert.Equal([1, 2], _encoded);
    }

    /// <summary>So that a program or a module that writes meanwhile gets room, however much there is to read.</summary>
    [Theory]
    [InlineData(1, 6)]
    [InlineData(4, 2)]
    [InlineData(1000, 1)]
    public void Room_IsGivenBackEverySoManyPackets(int every, int releases)
    {
        Ring[] rings = [new Ring(_encoded, 1, 3, 5), new Ring(_encoded, 2, 4)];
        var merge = new RingMerge<Ring>(rings, every);
        merge.Merge(null!, due: 2);
        merge.Merge(null!, long.MaxValue);
        merge.Release();
        Assert.All(rings, ring => Assert.Equal(releases, ring.Releases));
        Assert.All(rings, ring => Assert.Equal(0, ring.Unreleased));
    }

    [Fact]
    public void Later_IsWhatAnyRingKnows()
    {
        var merge = new RingMerge<Ring>([new Ring(_encoded, 1), new Ring(_encoded, 2, 7)], 1);
        Assert.True(merge.HasLater(6));
        Assert.False(merge.HasLater(7));
    }

    [Theory]
    [InlineData(false, 5)]
    [InlineData(true, 20)]
    public void Due_IsWhatNoRingCanPrecede(bool hardware, int slackMilliseconds)
    {
        const long Now = 1_700_000_000_000_000_000, Millisecond = 1_000_000;
        var due = new DueTime(hardware);
        var merge = new RingMerge<Ring>([new Ring(_encoded, Now - 1, Now)], 1);
        Assert.Equal(Now - (slackMilliseconds * Millisecond), due.Of(Now, Now + 1, merge));
        // From before the clock was set back by a second: to wait for it would hold up everything for so long.
        Assert.Equal(long.MaxValue, due.Of(Now, Now - (1000 * Millisecond), merge));
    }

    [Fact]
    public void Pace_IsThatOfThePackets()
    {
        var pace = new ReaderPace();
        Assert.Null(pace.Next(pending: false));
        Assert.Equal(ReaderPace.WhenPending, pace.Next(pending: true));
        pace.Count(3);
        pace.Count(0);
        Assert.Equal(20, pace.Next(pending: true));
        pace.Slept(fill: 0.5);
        Assert.Equal(5, pace.Next(pending: false));
        pace.Slept(fill: 0.1);
        Assert.Null(pace.Next(pending: false));
        Assert.Equal((7, 3, 7), (ReaderPace.Shorter(-1, 7), ReaderPace.Shorter(3, 7), ReaderPace.Shorter(8, 7)));
    }

    /// <summary>A ring with packets of these times.</summary>
    private readonly struct Ring(List<long> encoded, params long[] times) : IOrderedRing
    {
        private readonly State _state = new();

        public bool HasNext => _state.Position < times.Length;

        public long NextTime => HasNext ? times[_state.Position] : long.MaxValue;

        internal int Releases => _state.Releases;

        internal int Unreleased => _state.Position - _state.Released;

        internal int Limit
        {
            init => _state.Limit = value;
        }

        public bool HasLater(long time) => HasNext && times[^1] > time;

        public bool Encode(PacketEncoder encoder)
        {
            encoded.Add(NextTime);
            return encoded.Count < _state.Limit;
        }

        public void MoveNext() => _state.Position++;

        public void Release()
        {
            _state.Releases++;
            _state.Released = _state.Position;
        }

        private sealed class State
        {
            internal int Position;
            internal int Released;
            internal int Releases;
            internal int Limit = int.MaxValue;
        }
    }
}
