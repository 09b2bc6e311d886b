using System.Globalization;
using System.Net;
using MgCap.Capture;
using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Schedules;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Schedules;

/// <summary>Captures that start and stop by themselves, at seconds, so that nobody waits for a minute.</summary>
public sealed class ScheduleTests : IDisposable
{
    private const string EverySecond = "* * * * * *";
    private const string Never = "0 0 1 1 *";

    private readonly CaptureLab _lab = CaptureLab.Create("schedules");

    public void Dispose() => _lab.Dispose();

    [RootFact]
    public async Task Captures_StartAgainAndAgain_AndEndByThemselves()
    {
        var schedule = await AddAsync($$"""{"name":"each second","start":"{{EverySecond}}","capture":{"interface":"cap0","stop":{"seconds":0.2} } }""");
        Assert.Equal(("each second", null, "UTC", false), (schedule.Name, schedule.Stop, schedule.Zone, schedule.Paused));
        var captures = await WaitForCapturesAsync(3);
        Assert.All(captures, record => Assert.Equal("each second", record.Name));
        Assert.Contains(captures, record => record.StopReason == StopReason.Seconds);
        var last = (await FindAsync(schedule.Id)).Last!;
        Assert.Null(last.Problem);
        Assert.NotNull(await _lab.Api.FindAsync(last.Capture!.Value));

        Assert.Null((await PatchAsync(schedule.Id, """{"paused":true}""")).NextStart);
        var count = await CountAsync();
        await Task.Delay(TimeSpan.FromSeconds(2.5));
        Assert.Equal(count, await CountAsync());
        Assert.NotNull((await PatchAsync(schedule.Id, """{"paused":false}""")).NextStart);
        await WaitForCapturesAsync(count + 1);
        Assert.Equal(HttpStatusCode.NoContent, (await _lab.Api.SendAsync(HttpMethod.Delete, $"/api/schedules/{schedule.Id}")).Status);
        (await _lab.Api.GetAsync($"/api/schedules/{schedule.Id}")).RequireProblem(404, "schedule_not_found");
    }

    [RootFact]
    public async Task Capture_IsStopped_WhenItIsToStop()
    {
        // Every four seconds, for two.
        var schedule = await AddAsync("""{"start":"*/4 * * * * *","stop":"2-58/4 * * * * *","capture":{"interface":"cap0"}}""");
        var captures = await WaitForCapturesAsync(2);
        var stopped = await _lab.Api.WaitAsync(captures[0].Id, record => record.StoppedAt is not null, "the first to be stopped");
        Assert.Equal(StopReason.User, stopped.StopReason);
        Assert.InRange((stopped.StoppedAt!.Value.Nanoseconds - stopped.StartedAt.Nanoseconds) / 1e9, 0.5, 3.5);
        Assert.Equal(0, (await FindAsync(schedule.Id)).MissedCount);
    }

    [RootFact]
    public async Task StartThatCantBe_IsToldOf()
    {
        var schedule = await AddAsync($$"""{"start":"{{EverySecond}}","capture":{"interface":"gone0"} }""");
        var told = await WaitAsync(schedule.Id, now => now.MissedCount >= 2);
        Assert.Contains("There is no interface gone0", told.Last!.Problem, StringComparison.Ordinal);
        Assert.Contains("There is no interface gone0", told.Missed[0].Why, StringComparison.Ordinal);
        Assert.True(told.Missed[0].At.CompareTo(told.Missed[1].At) > 0);

        // The one that runs still is in the way of the next.
        await PatchAsync(schedule.Id, """{"capture":{"interface":"cap0"}}""");
        var busy = await WaitAsync(schedule.Id, now => now.Missed.Any(missed => missed.Why.Contains("still running", StringComparison.Ordinal)));
        Assert.Equal(CaptureState.Running, (await _lab.Api.FindAsync(busy.Running!.Value)).State);
    }

    [RootFact]
    public async Task StartsWithoutAConsole_AreMissed_AndACaptureThatWasToRunGoesOn()
    {
        var brief = await AddAsync($$"""{"start":"{{EverySecond}}","capture":{"interface":"cap0","stop":{"seconds":0.1} },"paused":true}""");
        var until = DateTime.UtcNow.AddHours(1);
        var stop = string.Create(CultureInfo.InvariantCulture, $"{until.Minute} {until.Hour} * * *");
        var longer = await AddAsync($$"""{"start":"{{EverySecond}}","stop":"{{stop}}","capture":{"interface":"cap0","engine":"packet"} }""");
        var running = await WaitAsync(longer.Id, now => now.Running is not null);
        // Nothing more is started by it.
        await PatchAsync(longer.Id, $$"""{"start":"{{Never}}"}""");
        await PatchAsync(brief.Id, """{"paused":false}""");

        _lab.Console.Kill();
        await Task.Delay(TimeSpan.FromSeconds(3.2));
        _lab.StartConsole();

        var missed = await WaitAsync(brief.Id, now => now.MissedCount >= 2);
        Assert.Contains(missed.Missed, each => each.Why.Contains("the console was not running", StringComparison.Ordinal));
        Assert.Equal(CaptureState.Recovered, (await _lab.Api.FindAsync(running.Running!.Value)).State);
        var again = await WaitAsync(longer.Id, now => now.Running is not null && now.Running != running.Running);
        Assert.Equal(running.NextStop!.Value.Nanoseconds / 60_000_000_000, again.NextStop!.Value.Nanoseconds / 60_000_000_000);
    }

    [RootTheory]
    [InlineData("""{}""", "start", "capture")]
    [InlineData("""{"start":"x","capture":{"interface":"cap0"}}""", "start")]
    [InlineData("""{"start":"0 0 30 2 *","capture":{"interface":"cap0"}}""", "start")]
    [InlineData("""{"start":"0 0 * *","capture":{"interface":"cap0"}}""", "start")]
    [InlineData("""{"start":"0 0 * * *","stop":"61 * * * *","capture":{"interface":"cap0"}}""", "stop")]
    [InlineData("""{"start":"0 0 * * *","zone":"Europe/Nowhere","capture":{"interface":"cap0"}}""", "zone")]
    [InlineData("""{"start":"0 0 * * *","capture":{"interface":"cap0","snaplen":1}}""", "capture.snaplen")]
    [InlineData("""{"start":"0 0 * * *","capture":{}}""", "capture.interface")]
    [InlineData("""{"start":"0 0 * * *","name":"a\u0000b","capture":{"interface":"cap0"}}""", "name")]
    [InlineData("""{"start":"0 0 * * *","capture":{"interface":"cap0","colour":"red"}}""", "capture.colour")]
    public async Task WrongSchedule_NamesItsFields(string body, params string[] fields) =>
        (await _lab.Api.PostAsync("/api/schedules", body)).RequireInvalid(fields);

    [RootFact]
    public async Task ScheduleThatIsNot_IsNotFound()
    {
        (await _lab.Api.SendAsync(HttpMethod.Delete, $"/api/schedules/{Guid.NewGuid()}")).RequireProblem(404, "schedule_not_found");
        (await _lab.Api.GetAsync("/api/schedules/x")).RequireProblem(404, "schedule_not_found");
        Assert.Empty((await _lab.Api.GetAsync("/api/schedules")).As<ScheduleList>().Schedules);
    }

    private async Task<Schedule> AddAsync(string body) => (await _lab.Api.PostAsync("/api/schedules", body)).As<Schedule>(HttpStatusCode.Created);

    private async Task<Schedule> FindAsync(Guid id) => (await _lab.Api.GetAsync($"/api/schedules/{id}")).As<Schedule>();

    private async Task<Schedule> PatchAsync(Guid id, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        return (await _lab.Api.SendAsync(HttpMethod.Patch, $"/api/schedules/{id}", content)).As<Schedule>();
    }

    private async Task<Schedule> WaitAsync(Guid id, Func<Schedule, bool> wanted)
    {
        Schedule? found = null;
        await Wait.UntilAsync(async () => wanted(found = await FindAsync(id)), "the schedule to be so");
        return found!;
    }

    private async Task<int> CountAsync() => (await _lab.Api.ListAsync()).Captures.Count;

    private async Task<IReadOnlyList<CaptureRecord>> WaitForCapturesAsync(int count)
    {
        IReadOnlyList<CaptureRecord> captures = [];
        await Wait.UntilAsync(async () => (captures = (await _lab.Api.ListAsync()).Captures).Count >= count, $"{count} captures");
        return [.. captures.Reverse()];
    }
}
