using System.Text.Json;
using MgCap.Capture;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace MgCap.Web.Catalogue;

/// <summary>
/// What the catalogue keeps as JSON. It is written as the API writes it, and read leniently: what is not there has its default, and what
/// is not known is passed over. A type that is stored may gain and lose properties; one that changes its meaning needs another
/// <see cref="CaptureRow.CurrentVersion"/>.
/// </summary>
internal static class StoredJson
{
    private static readonly JsonSerializerOptions _reading = MakeReading();

    private static JsonSerializerOptions MakeReading()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        JsonConventions.Apply(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    /// <summary>A column of it.</summary>
    internal sealed class Column<T>() : ValueConverter<T, string>(
        value => JsonSerializer.Serialize(value, JsonConventions.Options),
        text => JsonSerializer.Deserialize<T>(text, _reading)!);
}
