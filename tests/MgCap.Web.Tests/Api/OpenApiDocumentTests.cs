using System.Net;
using System.Reflection;
using System.Text.Json;
using MgCap.Web.Api;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Api;

public sealed class OpenApiDocumentTests(SharedConsole shared) : IClassFixture<SharedConsole>
{
    /// <summary>Routes and the codes of their failures, as the contract has them.</summary>
    public static TheoryData<string, string, string> Routes { get; } = new()
    {
        { "get", "/api/system", "" },
        { "get", "/api/interfaces", "" },
        { "get", "/api/interfaces/{name}", "interface_not_found" },
        { "get", "/api/interfaces/{name}/hwtstamp", "interface_not_found" },
        { "put", "/api/interfaces/{name}/hwtstamp", "invalid_request interface_not_found interface_busy hwtstamp_unsupported permission_denied" },
        { "post", "/api/filters/validate", "invalid_request" },
        {
            "post", "/api/captures",
            "invalid_request interface_not_found interface_down filter_invalid engine_unavailable interface_busy drop_refused storage_full "
            + "permission_denied hwtstamp_unsupported"
        },
        { "get", "/api/captures", "invalid_request" },
        { "get", "/api/captures/{id}", "capture_not_found" },
        { "post", "/api/captures/{id}/stop", "capture_not_found" },
        { "put", "/api/captures/{id}/mode", "invalid_request capture_not_found capture_not_running mode_unsupported drop_refused" },
        { "patch", "/api/captures/{id}", "invalid_request capture_not_found" },
        { "delete", "/api/captures/{id}", "capture_not_found capture_running" },
        { "get", "/api/captures/{id}/pcapng", "invalid_request capture_not_found filter_invalid readers_busy" },
        { "get", "/api/captures/{id}/packets", "invalid_request capture_not_found filter_invalid display_unavailable readers_busy" },
        { "get", "/api/captures/{id}/packets/{number}", "capture_not_found packet_not_found readers_busy" },
        { "get", "/api/captures/{id}/timeline", "invalid_request capture_not_found readers_busy" },
        { "get", "/api/captures/{id}/summary", "capture_not_found capture_running readers_busy" },
        { "get", "/healthz", "" },
        { "get", "/readyz", "" },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Document_HasTheRouteWithTheCodesOfItsFailures(string method, string path, string codes)
    {
        var operation = (await DocumentAsync()).GetProperty("paths").GetProperty(path).GetProperty(method);

        var documented = ExamplesOf(operation).ToDictionary(example => example.Code, example => example.Status);
        Assert.All(codes.Split(' ', StringSplitOptions.RemoveEmptyEntries), code => Assert.Contains(code, documented));
        Assert.Contains(operation.GetProperty("responses").EnumerateObject(), response => response.Name.StartsWith('2'));
        Assert.NotEqual("", operation.GetProperty("summary").GetString());
    }

    /// <summary>Those of no route of their own are in the document's text.</summary>
    [Fact]
    public async Task Document_HasEveryCodeWithItsStatus()
    {
        var document = await DocumentAsync();
        var text = document.GetProperty("info").GetProperty("description").GetString()!;
        var documented = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().SelectMany(method => ExamplesOf(method.Value)))
            .ToHashSet();

        var codes = typeof(ProblemCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (ProblemCode)field.GetValue(null)!).ToArray();

        Assert.NotEmpty(codes);
        Assert.Empty(codes
            .Where(code => !documented.Contains((code.Status, code.Code)) && !text.Contains($"`{code.Code}` ({code.Status})", StringComparison.Ordinal))
            .Select(code => code.Code));
    }

    [Theory]
    [InlineData("post", "/api/captures")]
    [InlineData("post", "/api/filters/validate")]
    [InlineData("put", "/api/captures/{id}/mode")]
    [InlineData("put", "/api/interfaces/{name}/hwtstamp")]
    [InlineData("patch", "/api/captures/{id}")]
    public async Task Document_ShowsABodyThatTheRouteTakes(string method, string path)
    {
        var operation = (await DocumentAsync()).GetProperty("paths").GetProperty(path).GetProperty(method);
        var example = operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("example").GetRawText();

        using var body = new StringContent(example, System.Text.Encoding.UTF8, "application/json");
        var unknown = path.Replace("{id}", "0199d1a0-0000-7000-8000-000000000000", StringComparison.Ordinal);
        var answer = await shared.Api.SendAsync(new HttpMethod(method.ToUpperInvariant()), unknown, body);

        // It may name an interface or a capture that is not here, but nothing is wrong with it.
        Assert.DoesNotContain("invalid_request", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_IsServed()
    {
        var page = await shared.Api.GetAsync("/swagger/index.html");
        var short1 = await shared.Api.GetAsync("/swagger");

        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.Status, page.MediaType));
        Assert.True(short1.Status is HttpStatusCode.OK or HttpStatusCode.MovedPermanently or HttpStatusCode.Found, $"{short1.Status}");
    }

    private static IEnumerable<(int Status, string Code)> ExamplesOf(JsonElement operation) =>
        from response in operation.GetProperty("responses").EnumerateObject()
        where response.Value.TryGetProperty("content", out var content) && content.TryGetProperty("application/problem+json", out _)
        from example in response.Value.GetProperty("content").GetProperty("application/problem+json").GetProperty("examples").EnumerateObject()
        select (example.Value.GetProperty("value").GetProperty("status").GetInt32(), example.Value.GetProperty("value").GetProperty("code").GetString()!);

    private async Task<JsonElement> DocumentAsync()
    {
        var answer = await shared.Api.GetAsync("/swagger/v1/swagger.json");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Json;
    }
}
