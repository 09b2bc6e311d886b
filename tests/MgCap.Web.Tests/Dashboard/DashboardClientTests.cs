using System.Text.Json;
using System.Text.RegularExpressions;
using MgCap.Testing;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Dashboard;

/// <summary>What the dashboard asks of the API and reads of its answers is what the OpenAPI document says there is.</summary>
public sealed partial class DashboardClientTests(SharedConsole shared) : IClassFixture<SharedConsole>
{
    private static readonly string _root = Repository.Root;

    [NodeFact]
    public async Task Requests_AreInTheDocument()
    {
        var document = await DocumentAsync();
        var requests = RequestsOfTheClient();

        Assert.NotEmpty(requests);
        Assert.Empty(requests.SelectMany(request => Unknown(document, request)));
    }

    /// <summary>The scripts call an answer by the same name wherever they read it.</summary>
    [Theory]
    [InlineData("capture", "CaptureRecord")]
    [InlineData("iface", "InterfaceInfo")]
    [InlineData("system", "SystemInfo")]
    [InlineData("hwtstamp", "HwtstampInfo")]
    public async Task FieldsThatScriptsRead_AreInTheDocument(string variable, string schema)
    {
        var known = PropertiesOf(await DocumentAsync(), schema);

        var read = Directory.EnumerateFiles(Path.Combine(_root, "wwwroot", "js"), "*.js", SearchOption.AllDirectories)
            .SelectMany(path => FieldRead().Matches(File.ReadAllText(path)).Where(match => match.Groups[1].Value == variable).Select(match => match.Groups[2].Value))
            .ToHashSet();

        Assert.True(read.Count > 1, $"no script reads {variable}");
        Assert.Empty(read.Except(known));
    }

    private static IEnumerable<string> Unknown(JsonElement document, JsonElement request)
    {
        var (method, path) = (request.GetProperty("method").GetString()!, request.GetProperty("path").GetString()!);
        var operation = document.GetProperty("paths").EnumerateObject()
            .Where(template => Regex.IsMatch(path, $"^{Regex.Replace(template.Name, @"\\?\{\w+\}", "[^/]+")}$"))
            .Select(template => template.Value.TryGetProperty(method.ToLowerInvariant(), out var found) ? found : default)
            .FirstOrDefault(found => found.ValueKind == JsonValueKind.Object);
        if (operation.ValueKind == JsonValueKind.Undefined)
            return [$"{method} {path}"];

        var parameters = operation.TryGetProperty("parameters", out var listed)
            ? listed.EnumerateArray().Where(each => each.GetProperty("in").GetString() == "query").Select(each => each.GetProperty("name").GetString()).ToHashSet()
            : [];
        var unknown = request.GetProperty("query").EnumerateArray()
            .Select(name => name.GetString()!)
            .Where(name => !parameters.Contains(name))
            .Select(name => $"{method} {path}?{name}=");
        if (request.GetProperty("body") is not { ValueKind: JsonValueKind.Object } body)
            return unknown;
        if (!operation.TryGetProperty("requestBody", out var takes))
            return [.. unknown, $"{method} {path} with a body"];
        var schema = takes.GetProperty("content").GetProperty("application/json").GetProperty("schema");
        return [.. unknown, .. UnknownFields(document, schema, body).Select(field => $"{method} {path} {{ {field} }}")];
    }

    private static IEnumerable<string> UnknownFields(JsonElement document, JsonElement schema, JsonElement value)
    {
        var properties = Resolve(document, schema).GetProperty("properties");
        foreach (var field in value.EnumerateObject())
        {
            if (!properties.TryGetProperty(field.Name, out var property))
                yield return field.Name;
            else if (field.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var inner in UnknownFields(document, property, field.Value))
                    yield return $"{field.Name}.{inner}";
            }
        }
    }

    /// <summary>A schema by name or in place; one that may be null is the only one of several.</summary>
    private static JsonElement Resolve(JsonElement document, JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            return Schema(document, reference.GetString()!.Split('/')[^1]);
        return schema.TryGetProperty("allOf", out var parts) ? Resolve(document, parts[0]) : schema;
    }

    private static JsonElement Schema(JsonElement document, string name) => document.GetProperty("components").GetProperty("schemas").GetProperty(name);

    private static HashSet<string> PropertiesOf(JsonElement document, string schema) =>
        [.. Schema(document, schema).GetProperty("properties").EnumerateObject().Select(property => property.Name)];

    private static JsonElement[] RequestsOfTheClient() =>
        [.. JsonDocument.Parse(Tool.Run("node", Path.Combine(_root, "tests", "wwwroot", "support", "client-requests.mjs"))).RootElement.EnumerateArray()];

    private async Task<JsonElement> DocumentAsync() => (await shared.Api.GetAsync("/swagger/v1/swagger.json")).Json;

    [GeneratedRegex(@"(?<![\w.'/-])(\w+)\??\.(?!(?:html|js)\b)(\w+)")]
    private static partial Regex FieldRead();

    /// <summary>A test that runs the dashboard's scripts.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class NodeFactAttribute : FactAttribute
    {
        public NodeFactAttribute()
        {
            var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "node")));
            Skip = found ? null : "there is no node, which runs the dashboard's scripts";
        }
    }
}
