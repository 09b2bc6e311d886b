using System.Net;
using MgCap.Testing;
using MgCap.Web.Access;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace MgCap.Web.Tests.Access;

/// <summary>Tokens: made, used, ended.</summary>
public sealed class TokenTests
{
    private static readonly HttpMethod _get = HttpMethod.Get;

    [Fact]
    public async Task Token_IsShownOnceAndKeptAsAHash()
    {
        using var doors = new Doors();
        var made = await doors.MakeTokenAsync("for the night", Role.Operator, days: 30);

        Assert.StartsWith($"mgcap_{made.Info.Prefix}_", made.Token, StringComparison.Ordinal);
        Assert.Equal(("token for the night", Role.Operator, SignInWay.Token), Describe(await doors.AskAsync(_get, "/api/me", made.Token)));
        var list = await doors.Root.GetAsync("/api/tokens");
        var listed = Assert.Single(list.As<TokenList>().Tokens, token => token.Id == made.Info.Id);
        Assert.NotNull(listed.LastUsedAt);
        Assert.Equal(30, (listed.ExpiresAt!.Value.Nanoseconds - listed.CreatedAt.Nanoseconds) / 86_400_000_000_000);
        Assert.DoesNotContain(made.Token, list.Text, StringComparison.Ordinal);
        // Nowhere on the disk either: catalogue, its log, and the console's.
        var secret = System.Text.Encoding.UTF8.GetBytes(made.Token[^43..]);
        Assert.All(Directory.GetFiles(doors.Console.DataDirectory, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock"), file => Assert.Equal(-1, ReadShared(file).AsSpan().IndexOf(secret)));
        Assert.DoesNotContain(made.Token, doors.Console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokenThatIsNone_LetsInNobody()
    {
        using var doors = new Doors();
        var good = doors.TokenOf(Role.Admin);

        foreach (var token in (string[])["x", good[..^1], good + "a", good[..^1] + (good[^1] == 'A' ? 'B' : 'A'), good.ToUpperInvariant()])
            (await doors.AskAsync(_get, "/api/me", token)).RequireProblem(401, "unauthorized");
        (await doors.Root.GetAsync("/api/me", ("Authorization", "Bearer"))).RequireProblem(401, "unauthorized");
        // Not even who is known by the connection: a program that has a wrong token is to know.
        (await doors.Root.GetAsync("/api/me", ("Authorization", "Bearer mgcap_nothing"))).RequireProblem(401, "unauthorized");
        Assert.Equal(HttpStatusCode.OK, (await doors.AskAsync(_get, "/api/me", good)).Status);
    }

    [Fact]
    public async Task TooManyTries_AreToldToWait()
    {
        using var doors = new Doors();
        for (var i = 0; i < FailedTries.Most; i++)
            (await doors.AskAsync(_get, "/api/me", "wrong")).RequireProblem(401, "unauthorized");

        var refused = await doors.AskAsync(_get, "/api/me", "wrong");
        refused.RequireProblem(429, "limit_reached");
        Assert.Equal(FailedTries.Window, refused.Headers.RetryAfter!.Delta);
        (await doors.AskAsync(HttpMethod.Post, "/api/session", (string?)null, """{"token":"wrong"}""")).RequireProblem(429, "limit_reached");
        // Nobody keeps others out by guessing.
        Assert.Equal(HttpStatusCode.OK, (await doors.AskAsync(_get, "/api/me", doors.TokenOf(Role.Admin))).Status);
        Assert.Equal(HttpStatusCode.OK, (await doors.Root.GetAsync("/api/me")).Status);
    }

    [Fact]
    public async Task Token_EndsWithItsTime()
    {
        using var doors = new Doors();
        var made = await doors.MakeTokenAsync("short", Role.Viewer, days: 4.0 / 86_400);
        Assert.Equal(HttpStatusCode.OK, (await doors.AskAsync(_get, "/api/me", made.Token)).Status);
        var (hub, closed) = await OpenHubAsync(doors, made.Token);
        await using var _ = hub;

        await closed.WaitAsync(Wait.Patience);
        await Wait.UntilAsync(async () => (await doors.AskAsync(_get, "/api/me", made.Token)).Status == HttpStatusCode.Unauthorized, "the token to end");
    }

    [Fact]
    public async Task Revoked_EndsWhatGoesOnWithIt()
    {
        using var doors = new Doors();
        var made = await doors.MakeTokenAsync("leaver", Role.Viewer);
        var own = await doors.MakeTokenAsync("its own end", Role.Admin);
        var (hub, closed) = await OpenHubAsync(doors, made.Token);
        await using var _ = hub;

        Assert.Equal(HttpStatusCode.NoContent, (await doors.Root.SendAsync(HttpMethod.Delete, $"/api/tokens/{made.Info.Id}")).Status);
        await closed.WaitAsync(Wait.Patience);
        Assert.Equal(HttpStatusCode.NoContent, (await doors.AskAsync(HttpMethod.Delete, $"/api/tokens/{own.Info.Id}", own.Token)).Status);
        (await doors.AskAsync(_get, "/api/me", made.Token)).RequireProblem(401, "unauthorized");
        (await doors.Root.SendAsync(HttpMethod.Delete, $"/api/tokens/{made.Info.Id}")).RequireProblem(404, "token_not_found");
    }

    [Fact]
    public async Task BadRequests_AreRefusedByField()
    {
        using var doors = new Doors();
        (await doors.Root.PostAsync("/api/tokens", "{}")).RequireInvalid("name");
        (await doors.Root.PostAsync("/api/tokens", """{"name":" "}""")).RequireInvalid("name");
        (await doors.Root.PostAsync("/api/tokens", """{"name":"a","days":0}""")).RequireInvalid("days");
        (await doors.Root.PostAsync("/api/tokens", """{"name":"a","role":"root"}""")).RequireInvalid("role");
        (await doors.Root.PostAsync("/api/tokens", """{"name":"a Viewer"}""")).RequireProblem(409, "token_exists");
    }

    /// <summary>Opens a hub connection with a token, and says when it was closed.</summary>
    private static async Task<(HubConnection Hub, Task Closed)> OpenHubAsync(Doors doors, string token)
    {
        var hub = new HubConnectionBuilder().WithUrl(new Uri(doors.Console.Address, "/hubs/live"), options =>
        {
            options.HttpMessageHandlerFactory = _ => doors.Console.OpenHandler();
            // A WebSocket opens a connection of its own, which does not reach the console's socket.
            options.Transports = HttpTransportType.LongPolling | HttpTransportType.ServerSentEvents;
            options.AccessTokenProvider = () => Task.FromResult<string?>(token);
        }).Build();
        var closed = new TaskCompletionSource();
        hub.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        await hub.StartAsync();
        await hub.InvokeAsync("WatchInterfaces");
        return (hub, closed.Task);
    }

    private static (string Name, Role Role, SignInWay Via) Describe(Answer answer)
    {
        var me = answer.As<CallerInfo>();
        return (me.Name, me.Role, me.Via);
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
