using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MgCap.Capture;
using MgCap.Testing;

namespace MgCap.Bench;

/// <summary>What everything that can go on beside a capture costs it: laden and plain captures in turn, as fast as it goes (<see cref="LadenCapture"/>).</summary>
internal static partial class LadenBench
{
    private const int ShortLength = 128, LongLength = 1500;
    private const long LongRate = 300_000;
    private const double LongSeconds = 15;

    private static readonly (string Name, string Engine, CaptureMode Mode)[] _ways =
    [
        ("xdp, drop", EngineNames.Xdp, CaptureMode.Drop), ("xdp, mirror", EngineNames.Xdp, CaptureMode.Mirror), ("packet, mirror", EngineNames.Packet, CaptureMode.Mirror),
    ];

    /// <summary>First bytes into memory, as fast as it goes.</summary>
    /// <param name="rounds">Rounds; in each, every way has a turn with every load.</param>
    /// <param name="frames">Frames that the sender offers in each.</param>
    /// <returns>A table.</returns>
    internal static string Run(int rounds, long frames)
    {
        using var scene = new VethScene(1, frames);
        return Run(scene, rounds, new DirectoryInfo("/dev/shm"), ShortLength, CaptureLoad.Rotating, CaptureLoad.Recorded, CaptureLoad.Watched, CaptureLoad.Laden);
    }

    /// <summary>Whole packets onto a disk, at a rate that a plain file holds: a ring of files is to hold it, too.</summary>
    /// <inheritdoc cref="Run(int, long)"/>
    /// <param name="disk">A folder on the disk.</param>
    internal static string RunOnDisk(int rounds, DirectoryInfo disk)
    {
        using var scene = new VethScene(1, (long)(LongRate * LongSeconds), LongRate, LongSeconds);
        return Run(scene, rounds, disk, LongLength, CaptureLoad.Ring);
    }

    private static string Run(VethScene scene, int rounds, DirectoryInfo place, int length, params CaptureLoad[] loads)
    {
        var folder = place.CreateSubdirectory($"mgcap-bench-{Environment.ProcessId}");
        var turns = new List<(string Way, CaptureLoad Load, Turn Turn, double BesidePlain)>();
        try
        {
            for (var round = 1; round <= rounds; round++)
            {
                foreach (var way in _ways)
                {
                    var plain = Measure(scene, way, folder, length, CaptureLoad.Plain);
                    turns.Add((way.Name, CaptureLoad.Plain, plain, 1));
                    foreach (var load in loads)
                    {
                        var turn = Measure(scene, way, folder, length, load);
                        turns.Add((way.Name, load, turn, turn.PerSecond / plain.PerSecond));
                    }

                    foreach (var turn in turns.TakeLast(1 + loads.Length))
                        Console.Error.WriteLine($"round {round}: {turn}");
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        var text = new StringBuilder($"| {length}-byte frames | with | packets/s | beside plain | lost | missed by a client |\n|---|---|---:|---:|---:|---:|\n");
        foreach (var same in turns.GroupBy(turn => (turn.Way, turn.Load)))
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {same.Key.Way} | {same.Key.Load} | {Median(same.Select(each => each.Turn.PerSecond)):N0} | {Median(same.Select(each => each.BesidePlain)):F2} | {same.Sum(each => each.Turn.Taken - each.Turn.Captured):N0} "
                + $"| {same.Sum(each => each.Turn.Missed) / (double)LadenCapture.Clients / same.Sum(each => each.Turn.Captured):P0} |");
        }

        return text.ToString();

        static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
    }

    private static Turn Measure(VethScene scene, (string Name, string Engine, CaptureMode Mode) way, DirectoryInfo folder, int length, CaptureLoad load)
    {
        MemoryBallast.Borrow(folder);
        Tool.Run("sync");
        var snaplen = length == LongLength ? CaptureSettings.MaxSnaplen : CaptureSettings.DefaultSnaplen;
        using var process = scene.Start(
            ["dotnet", typeof(LadenBench).Assembly.Location, LadenCapture.Word, scene.Interface, way.Engine, $"{way.Mode}", snaplen.ToString(CultureInfo.InvariantCulture), Path.Combine(folder.FullName, "capture"), $"{load}"]);
        Require(process, LadenCapture.Ready);
        var warmUp = scene.WarmUp(length);
        var flood = scene.Flood(length);
        Tool.Run("kill", "-INT", process.Id.ToString(CultureInfo.InvariantCulture));
        var counts = Counts().Match(Require(process, "captured"));
        process.WaitForExit();
        foreach (var file in folder.GetFiles())
            file.Delete();
        return new Turn(flood.Sent, long.Parse(counts.Groups["captured"].Value, CultureInfo.InvariantCulture) - warmUp, flood.Seconds, long.Parse(counts.Groups["missed"].Value, CultureInfo.InvariantCulture));
    }

    private static string Require(Process process, string word)
    {
        while (process.StandardError.ReadLine() is { } line)
        {
            if (line.StartsWith(word, StringComparison.Ordinal))
                return line;
            Console.Error.WriteLine(line);
        }

        throw new InvalidOperationException($"the capture ended before it said '{word}'");
    }

    /// <summary>A capture in one round.</summary>
    /// <param name="Taken">Frames that the interface took.</param>
    /// <param name="Captured">Of them, those that were captured.</param>
    /// <param name="Seconds">How long that took.</param>
    /// <param name="Missed">Packets that clients were too slow for, of all clients.</param>
    private sealed record Turn(long Taken, long Captured, double Seconds, long Missed)
    {
        internal double PerSecond => Captured / Seconds;
    }

    [GeneratedRegex("captured (?<captured>[0-9]+), missed by clients (?<missed>[0-9]+)")]
    private static partial Regex Counts();
}
