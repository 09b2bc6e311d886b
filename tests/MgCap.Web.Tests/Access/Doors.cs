using System.Net;
using System.Net.Http.Headers;
using MgCap.Testing;
using MgCap.Web.Access;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Access;

/// <summary>A console asked by somebody whom it doesn't know by the connection, as by a proxy's clients; each role has a token.</summary>
public sealed class Doors : IDisposable
{
    private static readonly (string Name, string Value) _forwarded = ("X-Forwarded-For", "203.0.113.7");

    private readonly Dictionary<Role, string> _tokens = [];

    public Doors()
    {
        Console = ConsoleProcess.Start();
        Root = new ConsoleApi(Console);
        Stranger = new ConsoleApi(Console);
        foreach (var role in Enum.GetValues<Role>())
            _tokens[role] = MakeTokenAsync($"a {role}", role).GetAwaiter().GetResult().Token;
    }

    internal ConsoleProcess Console { get; }

    /// <summary>As the user who runs the tests, who runs the console.</summary>
    internal ConsoleApi Root { get; }

    /// <summary>With connections of its own: one that a proxy has used is the proxy's from then on.</summary>
    internal ConsoleApi Stranger { get; }

    internal string TokenOf(Role role) => _tokens[role];

    internal async Task<NewToken> MakeTokenAsync(string name, Role role, double? days = null) =>
        (await Root.PostAsync("/api/tokens", System.Text.Json.JsonSerializer.Serialize(new TokenRequest(name, role, days), MgCap.Capture.JsonConventions.Options))).As<NewToken>(HttpStatusCode.Created);

    /// <summary>Asks as somebody with a role; null for somebody without a token.</summary>
    internal Task<Answer> AskAsync(HttpMethod method, string path, Role? role, string? body = null) => AskAsync(method, path, role is { } known ? _tokens[known] : null, body);

    /// <summary>Asks with a token; null for none.</summary>
    internal Task<Answer> AskAsync(HttpMethod method, string path, string? token, string? body = null)
    {
        var content = body is null ? null : new StringContent(body, MediaTypeHeaderValue.Parse("application/json"));
        return token is null ? Stranger.SendAsync(method, path, content, _forwarded) : Stranger.SendAsync(method, path, content, _forwarded, ("Authorization", $"Bearer {token}"));
    }

    public void Dispose()
    {
        Root.Dispose();
        Stranger.Dispose();
        Console.Dispose();
    }
}
