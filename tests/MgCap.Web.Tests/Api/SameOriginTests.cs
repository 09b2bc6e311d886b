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
