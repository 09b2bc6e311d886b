using System.Text.Json;
using MgCap.Capture;

namespace MgCap.Web.History;

/// <summary>When a capture that has ended lost packets: kept beside its file, and gone with it. One that lost none has no such file.</summary>
public static class LossFile
{
    /// <summary>Keeps the events of a capture.</summary>
    /// <param name="capturePath">The capture's file.</param>
    /// <param name="events">All of them.</param>
    /// <exception cref="IOException">They can't be written.</exception>
    public static void Write(string capturePath, IReadOnlyList<LossEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (events.Count == 0)
            return;
        var unfinished = PathOf(capturePath) + ".new";
        File.WriteAllBytes(unfinished, JsonSerializer.SerializeToUtf8Bytes(events, JsonConventions.Options));
        File.Move(unfinished, PathOf(capturePath), overwrite: true);
    }

    /// <summary>Reads them.</summary>
    /// <param name="capturePath">The capture's file.</param>
    /// <returns>None where none were kept.</returns>
    public static IReadOnlyList<LossEvent> Read(string capturePath)
    {
        try
        {
            return JsonSerializer.Deserialize<LossEvent[]>(File.ReadAllBytes(PathOf(capturePath)), JsonConventions.Options) ?? [];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return [];
        }
    }

    private static string PathOf(string capturePath) => capturePath + ".losses";
}
