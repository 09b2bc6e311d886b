using MgCap.Testing;

namespace MgCap.Bench;

/// <summary>One contender in one round.</summary>
/// <param name="Contender">Its name.</param>
/// <param name="FrameLength">Bytes; 0 where the sender is not ours.</param>
/// <param name="Queues">Receive queues.</param>
/// <param name="PacketsPerSecond">Captured; for a limit, taken by it.</param>
/// <param name="Sent">Frames that the interface took.</param>
/// <param name="Lost">Of them, those that were not captured; null for a limit.</param>
/// <param name="Doubled">Frames that were captured more than once, by their numbers; null for a limit, and where the file does not tell.</param>
/// <param name="CpuPerPacket">The contender's processor time for a packet in nanoseconds, without the device's polling; null for a limit.</param>
internal sealed record Measurement(
    string Contender, int FrameLength, int Queues, double PacketsPerSecond, long Sent, long? Lost, long? Doubled, double? CpuPerPacket);

/// <summary>Measures.</summary>
internal static class Measuring
{
    internal static Measurement Measure(IScene scene, Contender contender, int length, DirectoryInfo folder)
    {
        MemoryBallast.Borrow(folder);
        using var run = contender.Start(scene, Path.Combine(folder.FullName, "capture"));
        var warmUp = scene.WarmUp(length);
        var cpu = run.Cpu;
        var flood = scene.Flood(length);
        var used = run.Cpu - cpu;
        var taken = new Measurement(contender.Name, length, scene.Queues, flood.Sent / flood.Seconds, flood.Sent, null, null, null);
        // The few frames of the warm-up find every buffer empty: all of them are captured.
        if (run.Finish(warmUp) is not { } captured)
            return taken;
        if (contender.Name == Contender.NothingMatches)
            return taken with { CpuPerPacket = used.TotalNanoseconds / flood.Sent };
        return taken with
        {
            PacketsPerSecond = captured.Packets / flood.Seconds,
            Lost = flood.Sent - captured.Packets,
            Doubled = captured.Doubled,
            CpuPerPacket = used.TotalNanoseconds / captured.Packets,
        };
    }
}
