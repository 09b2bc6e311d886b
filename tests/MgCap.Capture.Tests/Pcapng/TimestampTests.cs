using System.Text.Json;
using CsCheck;

namespace MgCap.Capture.Tests.Pcapng;

public sealed class TimestampTests
{
    [Theory]
    [InlineData(0, "1970-01-01T00:00:00Z")]
    [InlineData(1, "1970-01-01T00:00:00.000000001Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999999999Z")]
    [InlineData(100_000_000, "1970-01-01T00:00:00.1Z")]
    [InlineData(1_795_367_124_123_456_789, "2026-11-22T17:05:24.123456789Z")]
    [InlineData(1_795_367_124_120_000_000, "2026-11-22T17:05:24.12Z")]
    [InlineData(1_795_367_124_000_000_000, "2026-11-22T17:05:24Z")]
    [InlineData(951_782_400_000_000_000, "2000-02-29T00:00:00Z")]
    [InlineData(long.MaxValue, "2262-04-11T23:47:16.854775807Z")]
    [InlineData(long.MinValue, "1677-09-21T00:12:43.145224192Z")]
    public void Text_IsRfc3339WithTheDigitsThatSaySomething(long nanoseconds, string text)
    {
        Assert.Equal(text, new Timestamp(nanoseconds).ToString());
        Assert.Equal(new Timestamp(nanoseconds), Timestamp.Parse(text));
    }

    [Fact]
    public void EveryInstant_ReadsBackFromItsText() =>
        Gen.Long.Sample(nanoseconds => Timestamp.Parse(new Timestamp(nanoseconds).ToString()).Nanoseconds == nanoseconds);

    [Theory]
    [InlineData("2026-11-22T18:05:24.5+01:00", "2026-11-22T17:05:24.5Z")]
    [InlineData("2026-11-22T11:35:24-05:30", "2026-11-22T17:05:24Z")]
    [InlineData("2026-11-22t17:05:24.500z", "2026-11-22T17:05:24.5Z")]
    [InlineData("2026-11-22 17:05:24-00:00", "2026-11-22T17:05:24Z")]
    [InlineData("1969-12-31T23:30:00-00:30", "1970-01-01T00:00:00Z")]
    public void Offset_IsTakenOff(string text, string utc) => Assert.Equal(utc, Timestamp.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("2026-11-22")]
    [InlineData("2026-11-22T17:05:24")]
    [InlineData("2026-11-22T17:05:24.Z")]
    [InlineData("2026-11-22T17:05:24.1234567890Z")]
    [InlineData("2026-11-22T17:05:24.+1Z")]
    [InlineData("2026-11-22T17:05:60Z")]
    [InlineData("2026-11-22T24:00:00Z")]
    [InlineData("2026-02-29T00:00:00Z")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("2026-11-22T17:05:24+1:00")]
    [InlineData("2026-11-22T17:05:24+24:00")]
    [InlineData("2026-11-22T17:05:24Z ")]
    [InlineData(" 2026-11-22T17:05:24Z")]
    [InlineData("+026-11-22T17:05:24Z")]
    [InlineData("2262-04-11T23:47:16.854775808Z")]
    [InlineData("1677-09-21T00:12:43.145224191Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public void TextThatIsNoTime_IsRefused(string text)
    {
        Assert.False(Timestamp.TryParse(text, null, out _));
        Assert.Throws<FormatException>(() => Timestamp.Parse(text));
    }

    [Fact]
    public void DateTime_GoesThereAndBack()
    {
        var time = new DateTimeOffset(2026, 11, 22, 18, 5, 24, TimeSpan.FromHours(1)).AddTicks(1234567);
        Assert.Equal("2026-11-22T17:05:24.1234567Z", Timestamp.FromDateTime(time).ToString());
        Assert.Equal(time, Timestamp.FromDateTime(time).ToDateTimeOffset());
        Assert.Equal(DateTimeOffset.UnixEpoch.AddTicks(-1), new Timestamp(-1).ToDateTimeOffset());
        Assert.Throws<OverflowException>(() => Timestamp.FromDateTime(DateTimeOffset.MaxValue));
    }

    [Fact]
    public void Now_IsWhatTheClockShows() =>
        Assert.Equal("2001-09-09T01:46:40.0000001Z", Timestamp.Now(new StoppedClock()).ToString());

    [Fact]
    public void Order_IsThatOfTime()
    {
        Timestamp earlier = new(-5), later = new(7);
        Assert.True(earlier < later && earlier <= later && later > earlier && later >= earlier);
        Assert.False(later < earlier || later <= earlier || earlier > later || earlier >= later);
        Assert.True(earlier.CompareTo(later) < 0);
        Assert.Equal([earlier, later], new[] { later, earlier }.Order());
    }

    [Fact]
    public void Json_IsTheText()
    {
        var time = Timestamp.Parse("2026-11-22T17:05:24.123456789Z");
        Assert.Equal("\"2026-11-22T17:05:24.123456789Z\"", JsonSerializer.Serialize(time));
        Assert.Equal(time, JsonSerializer.Deserialize<Timestamp>("\"2026-11-22T17:05:24.123456789Z\""));
        Assert.Null(JsonSerializer.Deserialize<Timestamp?>("null"));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Timestamp>("\"yesterday\""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Timestamp>("1795367124"));
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(1_000_000_000).AddTicks(1);
    }
}
