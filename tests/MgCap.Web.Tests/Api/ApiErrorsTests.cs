using System.Net;
using System.Text;
using System.Text.Json;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Api;

/// <summary>Paths, methods, queries and requests that are wrong.</summary>
public sealed class ApiErrorsTests(SharedConsole shared) : IClassFixture<SharedConsole>
{
    private const string Unknown = "0199d1a0-0000-7000-8000-000000000000";
    private const int Mebibyte = 1024 * 1024;
    private const string PostHead = "POST /api/captures HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n";

    private ConsoleApi Api => shared.Api;

    [Theory]
    [InlineData("GET", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/stop")]
    [InlineData("GET", "/pcapng")]
    [InlineData("PATCH", "")]
    [InlineData("PUT", "/mode")]
    public async Task Capture_ThatIsNotThere_IsNotFound(string method, string rest)
    {
        foreach (var id in (string[])[Unknown, "7", "not-an-id", "%20", "..%2f..%2fetc%2fpasswd", "%2e%2e%2f%2e%2e%2fmgcap.db", "..%5c..", new string('a', 3000)])
        {
            using var body = method is "PATCH" or "PUT" ? Json(method == "PUT" ? """{"mode":"mirror"}""" : """{"name":"x"}""") : null;

            var answer = await Api.SendAsync(new HttpMethod(method), $"/api/captures/{id}{rest}", body);

            answer.RequireProblem(404, "capture_not_found");
        }
    }

    [Theory]
    [InlineData("nope0")]
    [InlineData("..%2flo")]
    [InlineData("%2e%2e%2flo")]
    [InlineData("lo%0a")]
    [InlineData("%20")]
    [InlineData("lo%2f..%2flo")]
    public async Task Interface_ThatIsNotThere_IsNotFound(string name) =>
        (await Api.GetAsync($"/api/interfaces/{name}")).RequireProblem(404, "interface_not_found");

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/")]
    [InlineData("/api/nothing")]
    [InlineData("/api/captures/" + Unknown + "/nothing")]
    [InlineData("/api/captures/" + Unknown + "/pcapng/../../../mgcap.db")]
    [InlineData("/api/%2e%2e/mgcap.db")]
    [InlineData("/api/captures/" + Unknown + "/../../../../etc/passwd")]
    public async Task Path_ThatLeadsNowhere_IsNotFound(string path)
    {
        var answer = await Api.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.DoesNotContain("root:", answer.Text, StringComparison.Ordinal);
        // A path whose dots lead out of /api is no path of the API's any more.
        if (!path.Contains("..", StringComparison.Ordinal) && !path.Contains("%2e", StringComparison.Ordinal))
            answer.RequireProblem(404, "not_found");
    }

    [Theory]
    [InlineData("PUT", "/api/captures")]
    [InlineData("DELETE", "/api/captures")]
    [InlineData("GET", "/api/captures/" + Unknown + "/stop")]
    [InlineData("POST", "/api/captures/" + Unknown)]
    [InlineData("POST", "/api/captures/" + Unknown + "/pcapng")]
    [InlineData("POST", "/api/system")]
    [InlineData("POST", "/api/interfaces")]
    [InlineData("GET", "/api/filters/validate")]
    public async Task Method_ThatThePathDoesNotTake_IsRefused(string method, string path)
    {
        var answer = await Api.SendAsync(new HttpMethod(method), path);

        answer.RequireProblem(405, "method_not_allowed");
        Assert.NotEmpty(answer.ContentHeaders.Allow);
    }

    [Theory]
    [InlineData("state=asleep", "state")]
    [InlineData("state=", "state")]
    [InlineData("state=1", "state")]
    [InlineData("state=running,stopped", "state")]
    [InlineData("state=%20running", "state")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("limit=1.5", "limit")]
    [InlineData("limit=1&limit=2", "limit")]
    [InlineData("limit=", "limit")]
    [InlineData("cursor=", "cursor")]
    [InlineData("cursor=abc", "cursor")]
    [InlineData("cursor=1_2", "cursor")]
    [InlineData("cursor=99999999999999999999_" + Unknown, "cursor")]
    public async Task List_WithInvalidQuery_NamesTheParameter(string query, string parameter) => (await Api.GetAsync($"/api/captures?{query}")).RequireInvalid(parameter);

    [Theory]
    [InlineData("{}", "filter")]
    [InlineData("""{"filter":5}""", "filter")]
    [InlineData("""{"filter":"tcp","linkType":"ATM"}""", "linkType")]
    [InlineData("""{"filter":"tcp","interface":"lo"}""", "interface")]
    public async Task FilterCheck_WithInvalidBody_NamesTheField(string body, string field) => (await Api.PostAsync("/api/filters/validate", body)).RequireInvalid(field);

    [Theory]
    [InlineData("tcp port 443", true)]
    [InlineData("", true)]
    [InlineData("tcp prot 443", false)]
    [InlineData("vlan 9999", false)]
    public async Task FilterCheck_SaysWhatLibpcapSays(string filter, bool valid)
    {
        var answer = await Api.PostAsync("/api/filters/validate", $$"""{"filter":"{{filter}}"}""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(valid, answer.Json.GetProperty("valid").GetBoolean());
        Assert.Equal(valid, answer.Json.GetProperty("instructions").ValueKind == JsonValueKind.Number);
        Assert.Equal(!valid, answer.Json.GetProperty("error").GetString() is { Length: > 0 });
    }

    [Fact]
    public async Task FilterCheck_OfAHugeText_SaysThatItIsTooLong()
    {
        var answer = await Api.PostAsync("/api/filters/validate", $$"""{"filter":"{{new string('(', 100_000)}}"}""");

        Assert.False(answer.Json.GetProperty("valid").GetBoolean());
        Assert.Contains("100000", answer.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Mebibyte + 1)]
    [InlineData(int.MaxValue)]
    public async Task Body_AnnouncedOverOneMebibyte_IsRefused(int length)
    {
        var answer = await ExchangeAsync($"{PostHead}Content-Length: {length}\r\n\r\n");

        RequireRaw(answer, 413, "body_too_large");
    }

    [Fact]
    public async Task Body_InChunksOverOneMebibyte_IsRefused()
    {
        const int chunk = 0x8000;
        var body = string.Concat(Enumerable.Repeat($"8000\r\n{new string(' ', chunk)}\r\n", Mebibyte / chunk + 1));

        var answer = await ExchangeAsync($"{PostHead}Transfer-Encoding: chunked\r\n\r\n{body}0\r\n\r\n");

        RequireRaw(answer, 413, "body_too_large");
    }

    [Fact]
    public async Task Body_OfOneMebibyte_IsRead()
    {
        var body = """{"colour":1}""".PadRight(Mebibyte);

        (await Api.PostAsync("/api/captures", body)).RequireInvalid("colour");
    }

    [Theory]
    [InlineData("zz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("ffffffffffffffff\r\n{}\r\n0\r\n\r\n")]
    [InlineData("80000000\r\n{}\r\n0\r\n\r\n")]
    [InlineData("2\r\n{}\r\nfffffffff\r\n")]
    [InlineData("-1\r\n{}\r\n0\r\n\r\n")]
    [InlineData("\r\n{}\r\n0\r\n\r\n")]
    [InlineData("2\r\n{}xx0\r\n\r\n")]
    public async Task Body_WithBrokenChunks_IsInvalid(string chunks)
    {
        foreach (var path in (string[])["POST /api/captures", "POST /api/filters/validate", $"PATCH /api/captures/{Unknown}", $"PUT /api/captures/{Unknown}/mode", "PUT /api/interfaces/lo/hwtstamp"])
        {
            var answer = await ExchangeAsync($"{PostHead.Replace("POST /api/captures", path, StringComparison.Ordinal)}Transfer-Encoding: chunked\r\n\r\n{chunks}");

            RequireRaw(answer, 400, "invalid_request");
        }
    }

    [Theory]
    [InlineData("GET /api/captures/%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /api/captures/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /api/captures HTTP/1.1\r\n\r\n")]
    [InlineData("GET /api/captures\r\n\r\n")]
    public async Task Request_ThatIsNoHttp_IsNoFault(string request)
    {
        var answer = await ExchangeAsync(request);

        Assert.Matches("^HTTP/1.1 4[0-9][0-9] ", answer);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static void RequireRaw(string answer, int status, string code)
    {
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/problem+json", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"\"code\":\"{code}\"", answer, StringComparison.Ordinal);
    }

    /// <summary>Sends these bytes, and returns what comes back until the console closes the connection.</summary>
    private async Task<string> ExchangeAsync(string request)
    {
        using var patience = new CancellationTokenSource(MgCap.Testing.Wait.Patience);
        await using var stream = await shared.Console.ConnectAsync(patience.Token);
        var answer = new StringBuilder();
        var buffer = new byte[16 * 1024];
        var sent = SendAsync();
        while (await ReadAsync() is > 0 and var length)
            answer.Append(Encoding.UTF8.GetString(buffer, 0, length));
        await sent;
        return answer.ToString();

        async Task SendAsync()
        {
            try
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(request), patience.Token);
            }
            catch (IOException)
            {
                // The console has answered and does not want the rest.
            }
        }

        async Task<int> ReadAsync()
        {
            try
            {
                return await stream.ReadAsync(buffer, patience.Token);
            }
            catch (IOException)
            {
                return 0;
            }
        }
    }
}
