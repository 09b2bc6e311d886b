using MgCap.Capture.Engines.Kmod;

namespace MgCap.Capture.Tests.Engines.Kmod;

/// <summary>What the engine decides before the module is asked; the rest is in tests/kmod, in kernels that have it.</summary>
public sealed class KmodEngineTests
{
    [Theory]
    [InlineData(96, 2, 262144)]
    [InlineData(96, 3, 131072)]
    [InlineData(97, 2, 131072)]
    [InlineData(96, 1, 524288)]
    [InlineData(262144, 2, 64)]
    [InlineData(262144, 64, 64)]
    [InlineData(14, 1, 1048576)]
    public void Slots_FillTheUsualMemory(int snaplen, int rings, int slots) => Assert.Equal(slots, KmodEngine.SlotsFor(snaplen, rings));

    [Fact]
    public void Queues_HaveRowsOfTheirOwn_AndOneForTheRest()
    {
        var queues = new KmodQueues(used: 2, counted: 8);
        Assert.Equal(["rx0", "rx1", ""], queues.Rows.Select(row => row.Name));
        Assert.Equal([2, 0, 1, 2, 2], new[] { -1, 0, 1, 2, 7 }.Select(queues.RowOf));
    }

    [Fact]
    public void OnlyQueue_NeedsNoTelling()
    {
        var queues = new KmodQueues(used: 1, counted: 1);
        Assert.Equal([0, 0], new[] { -1, 0 }.Select(queues.RowOf));
    }
}
