using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MgCap.Capture;

namespace MgCap.Web.Tests.Support;

/// <summary>What the console answered.</summary>
internal sealed record Answer(HttpStatusCode Status, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, byte[] Body)
{
    public string? MediaType => ContentHeaders.ContentType?.MediaType;

    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The body as one of the API's types; a field too many or of the wrong kind fails.</summary>
    public T As<T>(HttpStatusCode status = HttpStatusCode.OK)
    {
        Assert.True(Status == status, $"expected {status}, not {Status}: {Text}");
        Assert.Equal("application/json", MediaType);
        return JsonSerializer.Deserialize<T>(Body, JsonConventions.Options)!;
    }

    /// <summary>Requires an RFC 9457 problem with this code, and that nothing of the program's inside shows.</summary>
    /// <returns>Its members.</returns>
    public JsonElement RequireProblem(int status, string code)
    {
        Assert.True((int)Status == status, $"expected {status} {code}, not {(int)Status}: {Text}");
        Assert.Equal("application/problem+json", MediaType);
        var problem = Json;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEqual("", problem.GetProperty("title").GetString());
        Assert.DoesNotContain("   at ", Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", Text, StringComparison.Ordinal);
        return problem;
    }

    /// <summary>Requires 400 invalid_request with a message for each of these fields, and for no other.</summary>
    public void RequireInvalid(params string[] fields)
    {
        var errors = RequireProblem(400, "invalid_request").GetProperty("errors");
        Assert.Equal(fields.Order(), errors.EnumerateObject().Select(field => field.Name).Order());
        Assert.All(errors.EnumerateObject(), field => Assert.All(field.Value.EnumerateArray(), message => Assert.NotEqual("", message.GetString())));
    }
}
