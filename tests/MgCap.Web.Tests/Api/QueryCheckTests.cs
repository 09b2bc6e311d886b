using System.Net;
using System.Text.Json;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Api;

/// <summary>Query parameters that a route does not have, or that are given twice.</summary>
public sealed class QueryCheckTests(SharedConsole shared) : IClassFixture<SharedConsole>
{
    private const string Unknown = "0199d1a0-0000-7000-8000-000000000000";

    private ConsoleApi Api => shared.Api;

    /// <summary>The routes are those of the document, so a new one is tried too.</summary>
    [Fact]
    public async Task EveryRoute_RefusesParametersThatItDoesNotHave_AndNamesThoseItHas()
    {
        foreach (var (method, path, parameters) in await RoutesAsync())
        {
            var answer = await SendAsync(method, $"{path}?bogus=1");
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            if (method == "HEAD")
                continue;
            answer.RequireInvalid("bogus");
            var message = answer.Json.GetProperty("errors").GetProperty("bogus")[0].GetString()!;
            Assert.All(parameters, name => Assert.Contains(name, message, StringComparison.Ordinal));
            Assert.Equal(parameters.Count == 0, message.Contains("none", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task EveryRoute_RefusesParametersGivenTwice()
    {
        var tried = 0;
        foreach (var (method, path, parameters) in await RoutesAsync())
        {
            foreach (var name in parameters)
            {
                var answer = await SendAsync(method, $"{path}?{name}=1&{name.ToUpperInvariant()}=1");
                Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
                if (method != "HEAD")
                    answer.RequireInvalid(name);
                tried++;
            }
        }

        Assert.True(tried > 15, $"only {tried} parameters");
    }

    [Theory]
    [InlineData("?start=2026-11-29T00:22:59Z", "start")]
    [InlineData("?from=2026-11-29T00:22:59Z&til=2026-11-29T00:23:59Z", "til")]
    [InlineData("?fr%6Fm2=1", "from2")]
    [InlineData("?from[]=1", "from[]")]
    [InlineData("?=1", "")]
    [InlineData("?%1b=1", "\u001b")]
    public async Task Download_OfAnotherPartThanIsMeant_IsRefused(string query, string name)
    {
        foreach (var method in (string[])["GET", "HEAD"])
        {
            var answer = await Api.SendAsync(new HttpMethod(method), $"/api/captures/{Unknown}/pcapng{query}");

            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            if (method == "GET")
                answer.RequireInvalid(name);
        }
    }

    [Theory]
    [InlineData("/api/captures?")]
    [InlineData("/api/captures?&")]
    [InlineData("/api/captures?LIMIT=7")]
    [InlineData("/api/captures?interface=eth0&state=running&text=a&limit=1")]
    [InlineData("/?anything=1")]
    [InlineData("/capture.html?id=1&other=2")]
    [InlineData("/index.html?v=3")]
    [InlineData("/swagger/index.html?x=1")]
    [InlineData("/swagger/v1/swagger.json?x=1")]
    public async Task Pages_AndKnownParameters_AreTaken(string path) => Assert.Equal(HttpStatusCode.OK, (await Api.GetAsync(path)).Status);

    [Fact]
    public async Task LiveHub_TakesParametersOfItsOwn() =>
        Assert.Equal(HttpStatusCode.OK, (await Api.SendAsync(HttpMethod.Post, "/hubs/live/negotiate?negotiateVersion=1&more=2")).Status);

    private Task<Answer> SendAsync(string method, string path) =>
        Api.SendAsync(new HttpMethod(method), path.Replace("{id}", Unknown, StringComparison.Ordinal).Replace("{name}", "lo", StringComparison.Ordinal).Replace("{number}", "1", StringComparison.Ordinal));

    private async Task<List<(string Method, string Path, List<string> Parameters)>> RoutesAsync()
    {
        var paths = (await Api.GetAsync("/swagger/v1/swagger.json")).Json.GetProperty("paths");
        var routes = (from path in paths.EnumerateObject()
                      from method in path.Value.EnumerateObject()
                      select (method.Name.ToUpperInvariant(), path.Name, ParametersOf(method.Value))).ToList();
        Assert.True(routes.Count > 20, $"only {routes.Count} routes");
        return routes;
    }

    private static List<string> ParametersOf(JsonElement operation) => operation.TryGetProperty("parameters", out var parameters)
        ? [.. parameters.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == "query").Select(parameter => parameter.GetProperty("name").GetString()!)]
        : [];
}
