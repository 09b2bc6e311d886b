using MgCap.Web.Schedules;

namespace MgCap.Web.Tests.Schedules;

public sealed class ScheduleTimesTests
{
    private static readonly DateTimeOffset _monday = new(2026, 11, 30, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Where the clock is put forward nothing is left out, and where it is put back nothing comes twice.</summary>
    [Theory]
    [InlineData("2026-03-28T12:00Z", "2026-03-29T01:00Z")]
    [InlineData("2026-10-24T12:00Z", "2026-10-25T00:30Z")]
    public void DaysOfAnotherLength_HaveOneStart(string after, string expected)
    {
        var times = ScheduleTimes.Read("30 2 * * *", null, "Europe/Berlin");
        var start = DateTimeOffset.Parse(after, System.Globalization.CultureInfo.InvariantCulture);
        var next = times.NextStart(start)!.Value;
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), next);
        Assert.Equal(next.Date.AddDays(1), times.NextStart(next)!.Value.Date);
    }

    [Fact]
    public void Stop_IsTheNextOneAfterTheStart()
    {
        var times = ScheduleTimes.Read("0 8 * * 1-5", "0 18 * * 1-5", "UTC");
        var start = times.NextStart(_monday)!.Value;
        Assert.Equal((_monday.AddHours(8), _monday.AddHours(18)), (start, times.NextStop(start)!.Value));
    }

    [Fact]
    public void StartsWithin_HasTheNewest()
    {
        var times = ScheduleTimes.Read("0 * * * *", null, "UTC");
        var (count, newest) = times.StartsWithin(_monday, _monday.AddHours(30), 3);
        Assert.Equal(30, count);
        Assert.Equal([_monday.AddHours(28), _monday.AddHours(29), _monday.AddHours(30)], newest);
        Assert.Equal(0, times.StartsWithin(_monday, _monday.AddMinutes(59), 3).Count);
        Assert.Equal(0, times.StartsWithin(_monday, _monday.AddHours(-5), 3).Count);
    }

    /// <summary>Where there are very many starts, they are counted up to a thousand, and the newest are still found.</summary>
    [Fact]
    public void VeryMany_AreCountedUpToAThousand()
    {
        var times = ScheduleTimes.Read("* * * * * *", null, "UTC");
        var (count, newest) = times.StartsWithin(_monday.AddYears(-1), _monday, 21);
        Assert.Equal(1000, count);
        Assert.Equal(Enumerable.Range(-20, 21).Select(i => _monday.AddSeconds(i)), newest);
        var rare = ScheduleTimes.Read("0 0 * * * *", null, "UTC").StartsWithin(_monday.AddYears(-1), _monday, 21);
        Assert.Equal((1000, 21, _monday), (rare.Count, rare.Newest.Count, rare.Newest[^1]));
    }
}
