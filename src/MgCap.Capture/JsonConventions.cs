using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MgCap.Capture;

/// <summary>
/// How everything that MgCap says in JSON is written: camelCase names, lower-case enums, RFC 3339 times. Types are looked at
/// at run time, which a program that is compiled ahead of time can't do.
/// </summary>
[RequiresUnreferencedCode("Looks at types at run time.")]
[RequiresDynamicCode("Looks at types at run time.")]
public static class JsonConventions
{
    /// <summary>Options for everything that is written.</summary>
    public static JsonSerializerOptions Options { get; } = Make();

    /// <summary>Puts the shape on options that a framework owns.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        // Filters have quotes and ampersands; nothing of this is put into HTML as text.
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    }

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Strict);
        Apply(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}

/// <summary>An enum's values in JSON: lower case, words joined by underscores; no numbers.</summary>
public sealed class LowerCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
