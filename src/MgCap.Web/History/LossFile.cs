using System.Text.Json;
using MgCap.Capture;
using MgCap.Capture.Storage;

namespace MgCap.Web.History;

/// <summary>When a capture that has ended lost packets: kept in its folder, and gone with it. One that lost none has no such file.</summary>
public static class LossFile
{
    // Earlier versions named it after the capture's file.
    private const string Name = "capture.losses";
    private const string Names = "*.losses";

    /// <summary>Keeps the events of a capture.</summary>
    /// <param name="folder">The capture's folder.</param>
    /// <param name="events">All of them.</param>
    /// <exception cref="IOException">They can't be written.</exception>
    public static void Write(CaptureFolder folder, IReadOnlyList<LossEvent> events)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(events);
        if (events.Count > 0)
            folder.Replace(Name, JsonSerializer.SerializeToUtf8Bytes(events, JsonConventions.Options));
    }

    /// <summary>Reads them.</summary>
    /// <param name="folder">The capture's folder.</param>
    /// <returns>None where none were kept.</returns>
    public static IReadOnlyList<LossEvent> Read(CaptureFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        try
        {
            return folder.Find(Names) is { } path ? JsonSerializer.Deserialize<LossEvent[]>(File.ReadAllBytes(path), JsonConventions.Options) ?? [] : [];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return [];
        }
    }
}
