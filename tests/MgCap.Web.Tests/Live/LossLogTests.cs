using MgCap.Capture.Statistics;
using MgCap.Web.History;

namespace MgCap.Web.Tests.Live;

public sealed class LossLogTests
{
    private readonly LossLog _log = new(maxPerStage: 3);

    [Fact]
    public void Nothing_IsToldWhileNothingIsLost()
    {
        Assert.Empty(_log.Add(0.5, default));
        Assert.Empty(_log.Add(1, default));
        Assert.Empty(_log.Read());
    }

    [Fact]
    public void Loss_LiesBetweenTheSampleThatCountsItAndTheOneBefore()
    {
        _log.Add(0.5, default);

        var told = _log.Add(1, new DropCounts(0, 7, 0));

        Assert.Equal([new LossEvent(LossStage.Ring, 0.5, 1, 7)], told);
        Assert.Equal(told, _log.Read());
    }

    [Fact]
    public void LossBeforeTheFirstSample_BeginsWithTheCapture() =>
        Assert.Equal([new LossEvent(LossStage.Nic, 0, 0.5, 3)], _log.Add(0.5, new DropCounts(3, 0, 0)));

    [Fact]
    public void LossThatGoesOn_IsOneEvent_AcrossShortPauses()
    {
        _log.Add(1, new DropCounts(0, 1, 0));
        Assert.Empty(_log.Add(2, new DropCounts(0, 1, 0)));

        var told = _log.Add(3, new DropCounts(0, 5, 0));

        Assert.Equal([new LossEvent(LossStage.Ring, 0, 3, 5)], told);
        Assert.Equal(told, _log.Read());
    }

    [Fact]
    public void LossAfterAWhile_IsAnotherEvent()
    {
        _log.Add(1, new DropCounts(0, 0, 1));
        _log.Add(9.5, new DropCounts(0, 0, 1));
        _log.Add(10, new DropCounts(0, 0, 3));

        Assert.Equal([new LossEvent(LossStage.Writer, 0, 1, 1), new LossEvent(LossStage.Writer, 9.5, 10, 2)], _log.Read());
    }

    [Fact]
    public void Stages_AreToldApart()
    {
        var told = _log.Add(1, new DropCounts(1, 2, 3));

        Assert.Equal([LossStage.Nic, LossStage.Ring, LossStage.Writer], told.Select(loss => loss.Stage));
        Assert.Equal([1, 2, 3], told.Select(loss => loss.Packets));
    }

    [Fact]
    public void MoreEventsThanAreKept_LoseNoPacketAndJoinTheClosest()
    {
        var total = 0;
        foreach (var at in (double[])[10, 20, 24, 40, 60])
        {
            _log.Add(at - 0.5, new DropCounts(0, total, 0));
            _log.Add(at, new DropCounts(0, ++total, 0));
        }

        Assert.Equal(
            [new LossEvent(LossStage.Ring, 9.5, 24, 3), new LossEvent(LossStage.Ring, 39.5, 40, 1), new LossEvent(LossStage.Ring, 59.5, 60, 1)],
            _log.Read());
    }

    [Fact]
    public void CounterThatFallsBack_IsFollowedFromThere()
    {
        _log.Add(1, new DropCounts(100, 0, 0));
        Assert.Empty(_log.Add(10, new DropCounts(2, 0, 0)));

        Assert.Equal([new LossEvent(LossStage.Nic, 10, 20, 5)], _log.Add(20, new DropCounts(7, 0, 0)));
    }
}
