using MgCap.Testing;

namespace MgCap.Bench;

/// <summary>One contender in one round.</summary>
/// <param name="Contender">Its name.</param>
/// <param name="FrameLength">Bytes.</param>
/// <param name="Queues">Receive queues.</param>
/// <param name="PacketsPerSecond">Captured; for a limit, taken by it.</param>
/// <param name="Sent">Frames that the interface took.</param>
/// <param name="Lost">Of them, those that were not captured; null for a limit.</param>
/// <param name="CpuPerPacket">The contender's processor time for a packet in nanoseconds, without the device's polling; null for a limit.</param>
internal sealed record Measurement(
    string Contender, int FrameLength, int Queues, double PacketsPerSecond, long Sent, long? Lost, double? CpuPerPacket);

/// <summary>Measures.</summary>
internal static class Measuring
{
    private const int WarmUpFrames = 20_000;

    internal static Measurement Measure(BenchLab lab, Contender contender, int length, long attempts, DirectoryInfo folder)
    {
        using var run = contender.Start(lab, Path.Combine(folder.FullName, "capture"));
        var warmUp = lab.Send(WarmUpFrames, length);
        MemoryBallast.Borrow(folder);
        var cpu = run.Cpu;
        var flood = lab.Send(attempts, length);
        var used = run.Cpu - cpu;
        // The few frames of the warm-up find every buffer empty: all of them are captured.
        if (run.Finish() - warmUp.Sent is not { } captured)
            return new Measurement(contender.Name, length, lab.Queues, flood.Sent / flood.Seconds, flood.Sent, null, null);
        return new Measurement(
            contender.Name, length, lab.Queues, captured / flood.Seconds, flood.Sent, flood.Sent - captured, used.TotalNanoseconds / captured);
    }
}
