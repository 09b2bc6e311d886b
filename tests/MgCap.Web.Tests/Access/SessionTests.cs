using System.Net;
using MgCap.Web.Access;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Access;

/// <summary>Browsers that signed in.</summary>
public sealed class SessionTests
{
    private static readonly (string Name, string Value) _forwarded = ("X-Forwarded-For", "203.0.113.7");

    [Fact]
    public async Task Token_BeginsASessionThatEndsWithIt()
    {
        using var doors = new Doors();
        var made = await doors.MakeTokenAsync("browser", Role.Operator);

        var cookie = await SignInAsync(doors, $$"""{"token":"{{made.Token}}"}""");
        Assert.Equal(("token browser", Role.Operator, SignInWay.Session), await WhoAsync(doors, cookie));
        await doors.Root.SendAsync(HttpMethod.Delete, $"/api/tokens/{made.Info.Id}");
        (await AskAsync(doors, cookie)).RequireProblem(401, "unauthorized");
    }

    [Fact]
    public async Task Link_SignsInOnceAsWhoAskedForIt()
    {
        using var doors = new Doors();
        var link = (await doors.Root.SendAsync(HttpMethod.Post, "/api/session/link")).As<SignInLink>();

        var cookie = await SignInAsync(doors, $$"""{"code":"{{link.Code}}"}""");
        var (name, role, via) = await WhoAsync(doors, cookie);
        Assert.Equal((Environment.UserName, Role.Admin, SignInWay.Session), (name, role, via));
        (await doors.AskAsync(HttpMethod.Post, "/api/session", (string?)null, $$"""{"code":"{{link.Code}}"}""")).RequireProblem(401, "unauthorized");
    }

    [Fact]
    public async Task Cookie_IsOutOfScriptsAndOtherSitesReach_AndIsSealed()
    {
        using var doors = new Doors();
        var answer = await doors.AskAsync(HttpMethod.Post, "/api/session", (string?)null, $$"""{"token":"{{doors.TokenOf(Role.Viewer)}}"}""");
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));

        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        var value = cookie.Split(';')[0];
        var middle = value.Length / 2;
        (await AskAsync(doors, value[..middle] + (value[middle] == 'A' ? 'B' : 'A') + value[(middle + 1)..])).RequireProblem(401, "unauthorized");
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(doors, value)).Status);
    }

    [Fact]
    public async Task SigningOut_TakesTheCookieAway()
    {
        using var doors = new Doors();
        var cookie = await SignInAsync(doors, $$"""{"token":"{{doors.TokenOf(Role.Viewer)}}"}""");
        var answer = await doors.Stranger.SendAsync(HttpMethod.Delete, "/api/session", null, _forwarded, ("Cookie", cookie));

        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        Assert.StartsWith("mgcap-session=;", Assert.Single(answer.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_SignsInNobody()
    {
        using var doors = new Doors();
        foreach (var body in (string[])["{}", """{"token":"a","code":"b"}"""])
            (await doors.Root.PostAsync("/api/session", body)).RequireInvalid("token");
        (await doors.Root.PostAsync("/api/session", """{"token":"a"}""")).RequireProblem(401, "unauthorized");
        (await doors.Root.PostAsync("/api/session", """{"code":""}""")).RequireProblem(401, "unauthorized");
    }

    private static async Task<string> SignInAsync(Doors doors, string body)
    {
        var answer = await doors.AskAsync(HttpMethod.Post, "/api/session", (string?)null, body);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return Assert.Single(answer.Headers.GetValues("Set-Cookie")).Split(';')[0];
    }

    private static Task<Answer> AskAsync(Doors doors, string cookie) => doors.Stranger.GetAsync("/api/me", _forwarded, ("Cookie", cookie));

    private static async Task<(string Name, Role Role, SignInWay Via)> WhoAsync(Doors doors, string cookie)
    {
        var me = (await AskAsync(doors, cookie)).As<CallerInfo>();
        return (me.Name, me.Role, me.Via);
    }
}
