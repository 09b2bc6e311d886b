using MgCap.Testing;
using MgCap.Web.Tests.Support;
using Microsoft.Data.Sqlite;

namespace MgCap.Web.Tests.Api;

/// <summary>Headers that answers have whatever they are: pages, data, refusals and faults.</summary>
public sealed class ResponseHeadersTests(SharedConsole shared) : IClassFixture<SharedConsole>
{
    [Theory]
    [InlineData("GET", "/", 200, "no-cache")]
    [InlineData("GET", "/favicon.svg", 200, "no-cache")]
    [InlineData("GET", "/nothing", 404, "no-store")]
    [InlineData("GET", "/healthz", 200, "no-store")]
    [InlineData("GET", "/api/system", 200, "no-store")]
    [InlineData("GET", "/api/captures", 200, "no-store")]
    [InlineData("GET", "/api/captures?bogus=1", 400, "no-store")]
    [InlineData("GET", "/api/nothing", 404, "no-store")]
    [InlineData("DELETE", "/api/captures", 405, "no-store")]
    [InlineData("POST", "/api/captures", 415, "no-store")]
    [InlineData("POST", "/api/captures", 403, "no-store", "Origin", "https://evil.example")]
    [InlineData("POST", "/hubs/live/negotiate", 403, "no-store", "Origin", "https://evil.example")]
    [InlineData("GET", "/", 400, "no-store", "Host", "evil.example")]
    [InlineData("GET", "/api/captures", 400, "no-store", "Host", "evil.example")]
    [InlineData("GET", "/api/captures", 431, "no-store", "X-Long", 40_000)]
    [InlineData("GET", "/api/captures?text=", 414, "no-store", "X-None", 0, 250_000)]
    public async Task Answer_HasItsHeaders(string method, string path, int status, string caching, string header = "X-None", object? value = null, int more = 0)
    {
        var sent = value is int length ? new string('x', length) : (string?)value ?? "";
        var answer = await shared.Api.SendAsync(new HttpMethod(method), path + new string('x', more), null, (header, sent));

        Assert.Equal(status, (int)answer.Status);
        RequireHeaders(answer, caching);
        // Refusals say why, in one way.
        if (status >= 400 && path != "/nothing")
            Assert.Equal("application/problem+json", answer.MediaType);
    }

    [Fact]
    public async Task Fault_HasThemToo()
    {
        using var data = new TemporaryFolder();
        using var console = ConsoleProcess.Start(new ConsoleOptions { DataDirectory = data.PathOf("data") });
        using var api = new ConsoleApi(console);
        using (var catalogue = new SqliteConnection($"Data Source={data.PathOf("data/mgcap.db")};Pooling=False"))
        {
            catalogue.Open();
            using var command = catalogue.CreateCommand();
            command.CommandText = "DROP TABLE Captures";
            command.ExecuteNonQuery();
        }

        var answer = await api.GetAsync("/api/captures");

        answer.RequireProblem(500, "internal_error");
        RequireHeaders(answer, "no-cache, no-store");
    }

    [Fact]
    public async Task Packets_AreNotKeptByBrowsersAndProxies()
    {
        using var capture = StoredCapture.Of([.. Enumerable.Repeat(Frames.Udp4(new Flow(), 100), 5)]);

        foreach (var path in (string[])["", "/pcapng", "/pcapng?filter=udp", "/packets", "/packets/1", "/timeline", "/summary", "/losses"])
        {
            var answer = await capture.Api.GetAsync(capture.Address + path);

            Assert.Equal(200, (int)answer.Status);
            RequireHeaders(answer, "no-store");
        }

        var whole = await capture.Api.GetAsync($"{capture.Address}/pcapng");
        var part = await capture.Api.GetAsync($"{capture.Address}/pcapng", ("Range", "bytes=0-27"), ("If-Range", whole.Headers.ETag!.ToString()));
        Assert.Equal((206, 28), ((int)part.Status, part.Body.Length));
        RequireHeaders(part, "no-store");
        RequireHeaders(await capture.Api.GetAsync($"{capture.Address}/pcapng", ("Range", "bytes=999999999-")), "no-store");
    }

    private static void RequireHeaders(Answer answer, string caching)
    {
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["same-origin"], answer.Headers.GetValues("Cross-Origin-Resource-Policy"));
        Assert.Contains("frame-ancestors 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal(["DENY"], answer.Headers.GetValues("X-Frame-Options"));
        Assert.Equal(["no-referrer"], answer.Headers.GetValues("Referrer-Policy"));
        Assert.Equal(caching.Split(", ").Order(), answer.Headers.GetValues("Cache-Control").SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries)).Order());
        Assert.False(answer.Headers.Contains("Server"));
    }
}
