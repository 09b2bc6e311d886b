using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using MgCap.Capture;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Api;

/// <summary>Reads a JSON body strictly: an unknown field, a doubled one or one of the wrong type is refused by name.</summary>
public static partial class JsonBody
{
    /// <summary>Longest body that is read, in bytes.</summary>
    public const long MaxBodyLength = 1024 * 1024;

    private const string WholeBody = "body";

    /// <summary>Reads the body.</summary>
    /// <returns>The body, or the answer that says what is wrong with it.</returns>
    public static async Task<(T? Body, ProblemHttpResult? Problem)> ReadAsync<T>(HttpRequest request)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!request.HasJsonContentType())
            return (null, Problem.Of(ProblemCode.NotJson, "Send a JSON body with the header content-type: application/json."));
        try
        {
            var body = await JsonSerializer.DeserializeAsync<T>(request.Body, JsonConventions.Options, request.HttpContext.RequestAborted);
            return body is null ? (null, Problem.InvalidField(WholeBody, "must be a JSON object")) : (body, null);
        }
        catch (JsonException exception)
        {
            return (null, Refuse(typeof(T), exception));
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, Problem.Of(ProblemCode.BodyTooLarge, $"A body may have at most {MaxBodyLength} bytes."));
        }
        // BadHttpRequestException is one; a chunk's length that overflows is a plain one.
        catch (IOException exception) when (exception is not ConnectionResetException)
        {
            return (null, Problem.InvalidField(WholeBody, "must arrive whole and as its headers say"));
        }
    }

    private static ProblemHttpResult Refuse(Type type, JsonException exception)
    {
        if (UnknownField().Match(exception.Message) is { Success: true } unknown)
        {
            var owner = OwnerPath(exception.Path, unknown.Groups[1].Value);
            return Problem.InvalidField(owner, $"is not a field; there are {string.Join(", ", Fields(TypeAt(type, Parent(owner)) ?? type))}");
        }

        var field = Field(exception.Path);
        if (DoubledField().IsMatch(exception.Message))
            return Problem.InvalidField(field, "must not be given twice");
        var expected = field == "" ? null : TypeAt(type, field);
        return expected is null
            ? Problem.InvalidField(WholeBody, $"must be a valid JSON object (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})")
            : Problem.InvalidField(field, $"must be {Describe(expected)}");
    }

    private static string Field(string? path) => path is null or "$" ? "" : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path;

    private static string OwnerPath(string? path, string name)
    {
        var field = Field(path);
        return field == "" ? name : field == name || field.EndsWith($".{name}", StringComparison.Ordinal) ? field : $"{field}.{name}";
    }

    private static string Parent(string field) => field.Contains('.') ? field[..field.LastIndexOf('.')] : "";

    private static Type? TypeAt(Type type, string path)
    {
        foreach (var name in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            var property = type.GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
            if (property is null)
                return null;
            type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        }

        return type;
    }

    private static string Describe(Type type) =>
        type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}"
        : type == typeof(bool) ? "true or false"
        : type == typeof(string) ? "a string"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(double) ? "a number"
        : $"an object with {string.Join(", ", Fields(type))}";

    private static IEnumerable<string> Fields(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));

    [GeneratedRegex("^The JSON property '(.*)' could not be mapped")]
    private static partial Regex UnknownField();

    [GeneratedRegex("[Dd]uplicate property")]
    private static partial Regex DoubledField();
}
