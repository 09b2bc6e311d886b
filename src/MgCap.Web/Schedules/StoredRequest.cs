using System.Text.Json;
using MgCap.Capture;
using MgCap.Web.Captures;

namespace MgCap.Web.Schedules;

/// <summary>What a schedule starts, as the catalogue keeps it.</summary>
internal static class StoredRequest
{
    internal static string Write(CaptureRequest request) => JsonSerializer.Serialize(request, JsonConventions.Options);

    internal static CaptureRequest Read(string text) => JsonSerializer.Deserialize<CaptureRequest>(text, JsonConventions.Options)!;
}
