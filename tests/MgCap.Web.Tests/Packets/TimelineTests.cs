using MgCap.Capture;
using MgCap.Capture.Storage;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Packets;

public sealed class TimelineTests(TimelineTests.Hour shared) : IClassFixture<TimelineTests.Hour>
{
    private const int Packets = 36_000;
    private const int FrameLength = 100;

    private StoredCapture Capture => shared.Capture;

    /// <summary>Ten packets a second for an hour.</summary>
    public sealed class Hour : IDisposable
    {
        internal StoredCapture Capture { get; } = StoredCapture.WrittenBy(path => StoredCapture.Write(
            path, Enumerable.Range(0, Packets).Select(i => (new Timestamp(StoredCapture.Start.Nanoseconds + i * 100_000_000L), new byte[FrameLength]))));

        public void Dispose() => Capture.Dispose();
    }

    [Fact]
    public async Task Timeline_HasEachPacketInItsStep()
    {
        var timeline = await TimelineAsync("from=2026-11-22T12:00:00Z&to=2026-11-22T13:00:00Z&points=60");

        Assert.Equal((StoredCapture.Start, 60d), (timeline.From, timeline.StepSeconds));
        Assert.Equal(60, timeline.Points.Count);
        Assert.All(timeline.Points, point => Assert.Equal((600L, 600L * FrameLength), (point.Packets, point.WireBytes)));
        Assert.Equal(Enumerable.Range(0, 60).Select(i => new Timestamp(StoredCapture.Start.Nanoseconds + i * 60_000_000_000L)), timeline.Points.Select(point => point.At));
    }

    [Fact]
    public async Task Timeline_OfAll_HasEveryPacket()
    {
        foreach (var points in (int[])[1, 7, 600, 5000])
        {
            var timeline = await TimelineAsync($"points={points}");

            Assert.InRange(timeline.Points.Count, 1, points);
            Assert.Equal((Packets, (long)Packets * FrameLength), (timeline.Points.Sum(point => point.Packets), timeline.Points.Sum(point => point.WireBytes)));
        }
    }

    [Fact]
    public async Task Timeline_OfAPart_HasThatPart()
    {
        var timeline = await TimelineAsync("from=2026-11-22T12:10:00.05Z&to=2026-11-22T12:10:10.05Z&points=10");

        Assert.Equal(Enumerable.Repeat(10L, 10), timeline.Points.Select(point => point.Packets));
    }

    [Fact]
    public async Task Timeline_OutsideTheCapture_IsEmpty()
    {
        var timeline = await TimelineAsync("from=2030-01-01T00:00:00Z&to=2030-01-01T00:01:00Z&points=60");

        Assert.Equal(Enumerable.Repeat(0L, 60), timeline.Points.Select(point => point.Packets));
    }

    /// <summary>From the first time that there is to the last there are more nanoseconds than a long holds.</summary>
    [Theory]
    [InlineData("1677-09-21T00:12:43.145224192Z", "2262-04-11T23:47:16.854775807Z")]
    [InlineData("1677-09-22T00:00:00Z", "2262-04-11T00:00:00Z")]
    [InlineData("1677-09-22T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("2026-11-22T00:00:00Z", "2262-04-11T23:47:16.854775807Z")]
    public async Task Timeline_OfAllTime_HasEveryPacket(string from, string to)
    {
        foreach (var points in (int[])[1, 2, 600, 4999, 5000])
        {
            var timeline = await TimelineAsync($"from={from}&to={to}&points={points}");

            Assert.Equal((Timestamp.Parse(from), Timestamp.Parse(to)), (timeline.From, timeline.To));
            Assert.InRange(timeline.Points.Count, Math.Max(1, points - 1), points);
            Assert.Equal((Packets, (long)Packets * FrameLength), (timeline.Points.Sum(point => point.Packets), timeline.Points.Sum(point => point.WireBytes)));
            Assert.Equal(timeline.Points.OrderBy(point => point.At), timeline.Points);
            Assert.Equal(timeline.From, timeline.Points[0].At);
        }
    }

    [Theory]
    [InlineData("points=0", "points")]
    [InlineData("points=5001", "points")]
    [InlineData("from=x&to=y", "from", "to")]
    [InlineData("from=2026-11-22T12:00:01Z&to=2026-11-22T12:00:00Z", "to")]
    public async Task Query_ThatMakesNoSense_IsRefusedByField(string query, params string[] fields) =>
        (await Capture.Api.GetAsync($"{Capture.Address}/timeline?{query}")).RequireInvalid(fields);

    [Fact]
    public async Task UnknownCapture_IsNotFound() =>
        (await Capture.Api.GetAsync($"/api/captures/{Guid.NewGuid()}/timeline")).RequireProblem(404, "capture_not_found");

    private async Task<CaptureTimeline> TimelineAsync(string query) => (await Capture.Api.GetAsync($"{Capture.Address}/timeline?{query}")).As<CaptureTimeline>();
}
