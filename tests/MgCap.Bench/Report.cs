using System.Globalization;
using System.Text;
using System.Text.Json;
using MgCap.Testing;

namespace MgCap.Bench;

/// <summary>A contender's medians.</summary>
internal sealed record Row(
    string Contender, int FrameLength, int Queues, double PacketsPerSecond, double? BesideTcpdump, double? BesideLimit, double? CpuPerPacket, double? LostPart, long? Doubled);

/// <summary>What was measured, as JSON and as a table.</summary>
internal sealed class Report(IReadOnlyList<Measurement> measurements, Costs? costs, int rounds)
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly List<Row> _rows = [.. Rows(measurements)];

    internal string ToJson() => JsonSerializer.Serialize(new { Machine, Rounds = rounds, Costs = costs, Medians = _rows, Measurements = measurements }, _json);

    internal string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Machine}; medians of {rounds} rounds in turn.").AppendLine();
        foreach (var scene in _rows.GroupBy(row => (row.FrameLength, row.Queues)))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{(scene.Key.FrameLength == 0 ? "Whatever came" : $"{scene.Key.FrameLength}-byte frames")}, {scene.Key.Queues} receive queue{(scene.Key.Queues == 1 ? "" : "s")}:").AppendLine();
            text.AppendLine("| what | packets/s | beside tcpdump | beside its limit | CPU per packet | not captured | doubled |");
            text.AppendLine("|---|---:|---:|---:|---:|---:|---:|");
            foreach (var row in scene)
            {
                text.AppendLine(CultureInfo.InvariantCulture,
                    $"| {row.Contender} | {row.PacketsPerSecond:N0} | {row.BesideTcpdump:F2} | {row.BesideLimit:F2} | {(row.CpuPerPacket is { } cpu ? $"{cpu:F0} ns" : "")} | {row.LostPart:P1} | {row.Doubled} |");
            }

            text.AppendLine();
        }

        if (costs is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"The XDP program takes {costs.Program} ns for a frame above an empty program; a capture of a silent interface takes {costs.SilentInterface:P2} of a core.");
        }

        return text.ToString();
    }

    private static string Machine
    {
        get
        {
            var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
            return $"{model ?? "unknown processor"}, {Environment.ProcessorCount} processors, Linux {Tool.Run("uname", "-r").Trim()}";
        }
    }

    private static IEnumerable<Row> Rows(IReadOnlyList<Measurement> measurements)
    {
        foreach (var scene in measurements.GroupBy(one => (one.FrameLength, one.Queues)))
        {
            var rates = scene.GroupBy(one => one.Contender).ToDictionary(group => group.Key, group => Median(group.Select(one => one.PacketsPerSecond)));
            foreach (var contender in Contender.All.Where(one => rates.ContainsKey(one.Name)))
            {
                var own = scene.Where(one => one.Contender == contender.Name).ToList();
                yield return new Row(
                    contender.Name, scene.Key.FrameLength, scene.Key.Queues, rates[contender.Name],
                    rates.TryGetValue("tcpdump", out var tcpdump) && contender.Limit is not null ? rates[contender.Name] / tcpdump : null,
                    contender.Limit is { } limit && rates.TryGetValue(limit, out var most) ? rates[contender.Name] / most : null,
                    own[0].CpuPerPacket is null ? null : Median(own.Select(one => one.CpuPerPacket!.Value)),
                    own[0].Lost is null ? null : Median(own.Select(one => (double)one.Lost!.Value / one.Sent)),
                    own.Max(one => one.Doubled));
            }
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
