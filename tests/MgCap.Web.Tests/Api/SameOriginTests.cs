using System.Net;
using System.Text;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Api;

/// <summary>What another site's page can make a browser send is refused.</summary>
public sealed class SameOriginTests(SharedConsole shared) : IClassFixture<SharedConsole>
{
    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "http://localhost.evil.example")]
    [InlineData("Origin", "http://localhost:81")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "nonsense")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Change_FromAnotherSite_IsRefused(string header, string value)
    {
        const string capture = "/api/captures/0199d1a0-0000-7000-8000-000000000000";
        (string Method, string Path)[] changes =
        [
            ("POST", "/api/captures"), ("POST", "/api/filters/validate"), ("POST", $"{capture}/stop"), ("PATCH", capture), ("PUT", $"{capture}/mode"),
            ("DELETE", capture), ("PUT", "/api/interfaces/lo/hwtstamp"),
        ];
        foreach (var (method, path) in changes)
        {
            using var body = new StringContent("""{"interface":"nope0"}""", Encoding.UTF8, "application/json");

            var answer = await shared.Api.SendAsync(new HttpMethod(method), path, body, (header, value));

            answer.RequireProblem(403, "cross_origin_refused");
        }
    }

    [Theory]
    [InlineData("POST", "/hubs/live/negotiate?negotiateVersion=1")]
    [InlineData("GET", "/hubs/live")]
    public async Task LiveHub_FromAnotherSite_IsRefused(string method, string path)
    {
        var answer = await shared.Api.SendAsync(new HttpMethod(method), path, null, ("Origin", "https://evil.example"));

        answer.RequireProblem(403, "cross_origin_refused");
    }

    [Theory]
    [InlineData("Origin", "http://localhost")]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Sec-Fetch-Site", "none")]
    public async Task Change_FromTheConsolesOwnPage_Passes(string header, string value)
    {
        using var body = new StringContent("""{"interface":"nope0"}""", Encoding.UTF8, "application/json");

        var answer = await shared.Api.SendAsync(HttpMethod.Post, "/api/captures", body, (header, value));

        answer.RequireProblem(404, "interface_not_found");
    }

    /// <summary>A default port may be written in the Host header, and never is in an origin.</summary>
    [Theory]
    [InlineData("localhost:443", "https://localhost", "https", true)]
    [InlineData("localhost", "https://localhost:443", "https", true)]
    [InlineData("localhost:80", "http://localhost", "http", true)]
    [InlineData("LOCALHOST:80", "http://localhost", "http", true)]
    [InlineData("[::1]:443", "https://[::1]", "https", true)]
    [InlineData("localhost:8443", "https://localhost:8443", "https", true)]
    [InlineData("localhost:443", "http://localhost:443", "http", true)]
    [InlineData("localhost:80", "https://localhost", "https", false)]
    [InlineData("localhost:443", "https://localhost", "http", false)]
    [InlineData("localhost", "https://localhost", "http", false)]
    [InlineData("localhost", "http://localhost:81", "http", false)]
    [InlineData("localhost:81", "http://localhost", "http", false)]
    [InlineData("localhost", "http://localhost.", "http", false)]
    public async Task Change_ByAProxy_IsComparedWithItsSchemeHostAndPort(string host, string origin, string scheme, bool passes)
    {
        // By connections of its own: a proxy's lets in nobody without a token.
        using var proxy = new ConsoleApi(shared.Console);
        var token = (await shared.Api.PostAsync("/api/tokens", $$"""{"name":"{{Guid.NewGuid()}}","role":"operator"}""")).Json.GetProperty("token").GetString();
        (string Name, string Value)[] headers = [("Host", host), ("Origin", origin), ("X-Forwarded-Proto", scheme), ("Authorization", $"Bearer {token}")];
        using var body = new StringContent("""{"interface":"nope0"}""", Encoding.UTF8, "application/json");

        var answer = await proxy.SendAsync(HttpMethod.Post, "/api/captures", body, headers);
        var hub = await proxy.SendAsync(HttpMethod.Post, "/hubs/live/negotiate?negotiateVersion=1", null, headers);

        if (passes)
            answer.RequireProblem(404, "interface_not_found");
        else
            answer.RequireProblem(403, "cross_origin_refused");
        Assert.Equal(passes ? HttpStatusCode.OK : HttpStatusCode.Forbidden, hub.Status);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:5080")]
    [InlineData("localhost.evil.example")]
    [InlineData("10.0.0.1")]
    public async Task Request_ForAnotherHost_IsRefused(string host)
    {
        foreach (var path in (string[])["/", "/api/captures", "/api/system"])
            Assert.Equal(HttpStatusCode.BadRequest, (await shared.Api.GetAsync(path, ("Host", host))).Status);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1:5080")]
    [InlineData("[::1]:5080")]
    public async Task Request_ForThisHost_Passes(string host) =>
        Assert.Equal(HttpStatusCode.OK, (await shared.Api.GetAsync("/api/captures", ("Host", host))).Status);
}
