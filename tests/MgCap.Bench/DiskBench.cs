using System.Diagnostics;
using System.Globalization;
using System.Text;
using MgCap.Testing;

namespace MgCap.Bench;

/// <summary>Whole packets onto a disk: at a rate that programs with a page cache between do not hold, and as fast as it goes.</summary>
internal static class DiskBench
{
    private const int Length = 1500;
    private const long Rate = 300_000;

    private const long DirectMebibytes = 4096;

    private const int FirstBytesLength = 128;
    private const long FirstBytesFrames = 20_000_000;

    private static readonly string[] _peers = ["tcpdump", "dumpcap"];

    /// <summary>Measures.</summary>
    /// <param name="folder">On the disk.</param>
    /// <param name="rounds">Rounds; in each, every contender has its turn.</param>
    /// <param name="seconds">How long each has.</param>
    /// <param name="only">Only the contenders with one of these in their names; all where it is empty.</param>
    /// <returns>A table.</returns>
    internal static string Run(DirectoryInfo folder, int rounds, double seconds, IReadOnlyList<string> only)
    {
        var place = folder.CreateSubdirectory($"mgcap-bench-{Environment.ProcessId}");
        var contenders = Contender.Whole.Where(one => one.IsInstalled && (only.Count == 0 || only.Any(name => one.Name.Contains(name, StringComparison.OrdinalIgnoreCase)))).ToList();
        var text = new StringBuilder();
        try
        {
            Describe(text, Rate, (long)(Rate * seconds));
            Describe(text, 0, 0);
            DescribeFirstBytes(text, place, rounds, only);
        }
        finally
        {
            place.Delete(recursive: true);
        }

        return text.ToString();

        void Describe(StringBuilder table, long rate, long frames)
        {
            using var scene = new VethScene(1, frames, rate, seconds);
            var turns = new List<Turn>();
            var disk = new List<double>();
            for (var round = 1; round <= rounds; round++)
            {
                disk.Add(DirectBytesPerSecond(place));
                foreach (var contender in contenders)
                {
                    turns.Add(Measure(scene, contender, place, frames));
                    Console.Error.WriteLine($"round {round}: {turns[^1]}");
                }
            }

            Write(table, turns, Median(disk), rate);
        }
    }

    /// <summary>The first 96 bytes of packets, in drop mode, on the disk and in memory by turns: a disk is to be no slower.</summary>
    private static void DescribeFirstBytes(StringBuilder text, DirectoryInfo disk, int rounds, IReadOnlyList<string> only)
    {
        var drop = Contender.All.Single(one => one.Name == Contender.Drop);
        if (only.Count > 0 && !only.Any(name => drop.Name.Contains(name, StringComparison.OrdinalIgnoreCase)))
            return;
        var memory = Directory.CreateDirectory($"/dev/shm/{disk.Name}");
        try
        {
            using var scene = new VethScene(1, FirstBytesFrames);
            var (onDisk, inMemory) = (new List<double>(), new List<double>());
            for (var round = 1; round <= rounds; round++)
            {
                onDisk.Add(Measuring.Measure(scene, drop, FirstBytesLength, disk).PacketsPerSecond);
                inMemory.Add(Measuring.Measure(scene, drop, FirstBytesLength, memory).PacketsPerSecond);
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round}: first bytes, {onDisk[^1]:N0}/s on the disk, {inMemory[^1]:N0}/s in memory"));
            }

            text.AppendLine(CultureInfo.InvariantCulture,
                $"96 bytes of {FirstBytesLength}-byte frames, {drop.Name}: {Median(onDisk):N0} packets/s on the disk, {Median(inMemory):N0} in memory, {Median(onDisk) / Median(inMemory):F2}.");
        }
        finally
        {
            memory.Delete(recursive: true);
        }
    }

    private static Turn Measure(VethScene scene, Contender contender, DirectoryInfo folder, long offered)
    {
        // What others have written is no burden to this one: a file of gigabytes is gone for good before it begins.
        var path = Path.Combine(folder.FullName, "capture");
        File.Delete(path);
        Tool.Run("sync");
        using var run = contender.Start(scene, path);
        var warmUp = scene.WarmUp(Length);
        var flood = scene.Flood(Length);
        var captured = run.Finish(warmUp, countDoubled: false)!.Packets;
        return new Turn(contender.Name, offered, flood.Sent, captured, flood.Seconds, new FileInfo(path).Length);
    }

    /// <summary>What the disk takes from dd(1) past the page cache.</summary>
    private static double DirectBytesPerSecond(DirectoryInfo folder)
    {
        var path = Path.Combine(folder.FullName, "dd");
        Tool.Run("sync");
        var clock = Stopwatch.StartNew();
        Tool.Run("dd", "if=/dev/zero", $"of={path}", "oflag=direct", "bs=1M", $"count={DirectMebibytes}", "status=none");
        var rate = DirectMebibytes * 1024 * 1024 / clock.Elapsed.TotalSeconds;
        File.Delete(path);
        return rate;
    }

    private static void Write(StringBuilder text, List<Turn> turns, double disk, long rate)
    {
        var medians = turns.GroupBy(turn => turn.Contender).Select(group => (Name: group.Key, Turn: group.OrderBy(turn => turn.PerSecond).ElementAt(group.Count() / 2), Worst: group.Max(turn => turn.Lost))).ToList();
        var peer = medians.Where(one => _peers.Contains(one.Name)).Select(one => one.Turn.PerSecond).DefaultIfEmpty(double.NaN).Max();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Length}-byte frames, whole, {(rate == 0 ? "as fast as it goes" : $"{rate:N0} a second")}; dd takes {disk / 1e6:N0} MB/s past the page cache:").AppendLine();
        text.AppendLine("| what | packets/s in the file | beside the better peer | taken by the interface, of what was offered | lost of these, at worst | MB/s | beside dd |");
        text.AppendLine("|---|---:|---:|---:|---:|---:|---:|");
        foreach (var (name, turn, worst) in medians)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {name} | {turn.PerSecond:N0} | {turn.PerSecond / peer:F2} | {(rate == 0 ? "" : $"{(double)turn.Taken / turn.Offered:F2}")} | {worst:N0} | {turn.Bytes / turn.Seconds / 1e6:N0} | {turn.Bytes / turn.Seconds / disk:F2} |");
        }

        text.AppendLine();
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>One contender in one round.</summary>
    private sealed record Turn(string Contender, long Offered, long Taken, long Captured, double Seconds, long Bytes)
    {
        internal double PerSecond => Captured / Seconds;

        internal long Lost => Taken - Captured;
    }
}
