using System.Net;
using System.Text.Json;
using MgCap.Testing;
using MgCap.Web.Access;
using MgCap.Web.Catalogue;
using MgCap.Web.Schedules;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Access;

/// <summary>Captures belong to who started them; what cuts off an interface or switches a device takes an administrator.</summary>
public sealed class OwnerTests
{
    [RootFact]
    public async Task Operator_ChangesOnlyWhatIsTheirs()
    {
        using var lab = CaptureLab.Create("owner");
        var (mine, yours) = (await MakeAsync(lab.Api, "mine", "operator"), await MakeAsync(lab.Api, "yours", "operator"));
        var started = (await AskAsync(lab.Api, HttpMethod.Post, "/api/captures", mine, """{"interface":"cap0"}""")).As<CaptureRecord>(HttpStatusCode.Created);
        Assert.Equal("token mine", started.Owner);
        var path = $"/api/captures/{started.Id}";

        (await AskAsync(lab.Api, HttpMethod.Patch, path, yours, """{"pinned":true}""")).RequireProblem(403, "forbidden");
        Assert.True((await AskAsync(lab.Api, HttpMethod.Patch, path, mine, """{"pinned":true}""")).As<CaptureRecord>().Pinned);
        // Who sees that something goes wrong may stop it.
        Assert.Equal(CaptureState.Stopped, (await AskAsync(lab.Api, HttpMethod.Post, $"{path}/stop", yours)).As<CaptureRecord>().State);
        (await AskAsync(lab.Api, HttpMethod.Delete, path, yours)).RequireProblem(403, "forbidden");
        Assert.Equal(HttpStatusCode.NoContent, (await AskAsync(lab.Api, HttpMethod.Delete, path, mine)).Status);
        (await AskAsync(lab.Api, HttpMethod.Delete, path, yours)).RequireProblem(404, "capture_not_found");
    }

    [RootFact]
    public async Task OwnerOutlivesTheConsole_AndOthersCapturesAreAnAdministrators()
    {
        using var lab = CaptureLab.Create("owner");
        var mine = await MakeAsync(lab.Api, "mine", "operator");
        var started = (await AskAsync(lab.Api, HttpMethod.Post, "/api/captures", mine, """{"interface":"cap0"}""")).As<CaptureRecord>(HttpStatusCode.Created);
        lab.Console.Kill();
        lab.StartConsole();

        Assert.Equal("token mine", (await lab.Api.FindAsync(started.Id)).Owner);
        Assert.Equal(HttpStatusCode.NoContent, (await lab.Api.DeleteAsync(started.Id)).Status);
    }

    [RootTheory]
    [InlineData("POST", "/api/captures", """{"interface":"cap0","mode":"drop","force":true}""")]
    [InlineData("POST", "/api/captures", """{"interface":"cap0","hwtstamp":true}""")]
    [InlineData("POST", "/api/schedules", """{"start":"0 8 * * *","capture":{"interface":"cap0","force":true}}""")]
    public async Task Operator_CutsOffNothing(string method, string path, string body)
    {
        using var lab = CaptureLab.Create("owner");
        var token = await MakeAsync(lab.Api, "mine", "operator");
        (await AskAsync(lab.Api, new HttpMethod(method), path, token, body)).RequireProblem(403, "forbidden");
        Assert.Equal(0, (await lab.Api.ListAsync()).Total);
    }

    [RootFact]
    public async Task Operator_ForcesNoMode_AndCapturesOfAScheduleAreItsMakers()
    {
        using var lab = CaptureLab.Create("owner");
        var token = await MakeAsync(lab.Api, "mine", "operator");
        (await AskAsync(lab.Api, HttpMethod.Post, "/api/schedules", token, """{"start":"* * * * * *","capture":{"interface":"cap0"}}""")).As<Schedule>(HttpStatusCode.Created);
        await Wait.UntilAsync(async () => (await lab.Api.ListAsync()).Total > 0, "the schedule's capture");
        var capture = (await lab.Api.ListAsync()).Captures[0];

        Assert.Equal("token mine", capture.Owner);
        (await AskAsync(lab.Api, HttpMethod.Put, $"/api/captures/{capture.Id}/mode", token, """{"mode":"drop","force":true}""")).RequireProblem(403, "forbidden");
    }

    [RootFact]
    public async Task Operator_ChangesNoSchedulesOfOthers_NorWhatTheyForce()
    {
        using var lab = CaptureLab.Create("owner");
        var token = await MakeAsync(lab.Api, "mine", "operator");
        var forced = (await lab.Api.PostAsync("/api/schedules", """{"start":"0 8 1 1 *","paused":true,"capture":{"interface":"cap0","mode":"drop","force":true}}""")).As<Schedule>(HttpStatusCode.Created);
        var own = (await AskAsync(lab.Api, HttpMethod.Post, "/api/schedules", token, """{"start":"0 8 1 1 *","capture":{"interface":"cap0"}}""")).As<Schedule>(HttpStatusCode.Created);
        Assert.Equal((Environment.UserName, "token mine"), (forced.Owner, own.Owner));

        var now = """{"paused":false,"start":"* * * * * *"}""";
        (await AskAsync(lab.Api, HttpMethod.Patch, $"/api/schedules/{forced.Id}", token, now)).RequireProblem(403, "forbidden");
        (await AskAsync(lab.Api, HttpMethod.Delete, $"/api/schedules/{forced.Id}", token)).RequireProblem(403, "forbidden");
        (await lab.Api.SendAsync(HttpMethod.Patch, $"/api/schedules/{own.Id}", new StringContent("""{"capture":{"interface":"cap0","force":true}}""", System.Net.Http.Headers.MediaTypeHeaderValue.Parse("application/json"))))
            .As<Schedule>();
        (await AskAsync(lab.Api, HttpMethod.Patch, $"/api/schedules/{own.Id}", token, now)).RequireProblem(403, "forbidden");
        Assert.Equal(0, (await lab.Api.ListAsync()).Total);
    }

    private static async Task<string> MakeAsync(ConsoleApi api, string name, string role) =>
        (await api.PostAsync("/api/tokens", JsonSerializer.Serialize(new { name, role }))).As<NewToken>(HttpStatusCode.Created).Token;

    private static Task<Answer> AskAsync(ConsoleApi api, HttpMethod method, string path, string token, string? body = null) => api.SendAsync(
        method, path, body is null ? null : new StringContent(body, System.Net.Http.Headers.MediaTypeHeaderValue.Parse("application/json")), ("Authorization", $"Bearer {token}"));
}
