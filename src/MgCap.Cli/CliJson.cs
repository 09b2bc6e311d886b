using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Sensors;
using MgCap.Cli.Module;

namespace MgCap.Cli;

/// <summary>What the program writes as JSON, in the shape of the API's (<see cref="Capture.JsonConventions"/>), without looking at types at run time.</summary>
[JsonSerializable(typeof(DumpSummary))]
[JsonSerializable(typeof(GenSummary))]
[JsonSerializable(typeof(InterfaceInfo[]))]
[JsonSerializable(typeof(HwtstampInfo))]
internal sealed partial class CliJson : JsonSerializerContext
{
    private static readonly CliJson _shaped = new(JsonOptions.With(JsonNamingPolicy.CamelCase));

    internal static string Text(DumpSummary summary) => JsonSerializer.Serialize(summary, _shaped.DumpSummary);

    internal static string Text(GenSummary summary) => JsonSerializer.Serialize(summary, _shaped.GenSummary);

    internal static string Text(HwtstampInfo hwtstamp) => JsonSerializer.Serialize(hwtstamp, _shaped.HwtstampInfo);

    internal static string Text(InterfaceInfo[] interfaces) => JsonSerializer.Serialize(interfaces, _shaped.InterfaceInfoArray);
}

/// <summary>The same for what <c>ip -j mgcap show</c> writes too, whose names are iproute2's: lower_case.</summary>
[JsonSerializable(typeof(KmodCaptureRow[]))]
internal sealed partial class IpJson : JsonSerializerContext
{
    private static readonly IpJson _shaped = new(JsonOptions.With(JsonNamingPolicy.SnakeCaseLower));

    internal static string Text(KmodCaptureRow[] captures) => JsonSerializer.Serialize(captures, _shaped.KmodCaptureRowArray);
}

file static class JsonOptions
{
    // Filters have quotes and ampersands; nothing of this is put into HTML as text.
    internal static JsonSerializerOptions With(JsonNamingPolicy names) =>
        new(JsonSerializerDefaults.Strict) { PropertyNamingPolicy = names, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
