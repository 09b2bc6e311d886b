using System.CommandLine;
using System.Globalization;
using MgCap.Bench;

var rounds = new Option<int>("--rounds") { Description = "Rounds; in each, every contender has its turn.", DefaultValueFactory = _ => 3 };
var lengths = new Option<int[]>("--lengths") { Description = "Frame lengths in bytes.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [128, 64, 256, 1500] };
var queues = new Option<int[]>("--queues") { Description = "Numbers of receive queues.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [1, 2] };
var attempts = new Option<long>("--frames") { Description = "Frames that the sender offers in each turn; the interface refuses what it has no room for.", DefaultValueFactory = _ => 10_000_000 };
var only = new Option<string[]>("--only") { Description = "Only the contenders with one of these in their names.", AllowMultipleArgumentsPerToken = true };
var output = new Option<DirectoryInfo>("--output") { Description = "Where bench.json and bench.md are written.", DefaultValueFactory = _ => new DirectoryInfo("artifacts/bench") };
var command = new RootCommand("Measures MgCap beside other capture programs and beside the machine's limits, on a veth pair of its own.") { rounds, lengths, queues, attempts, only, output };
command.SetAction(parsed =>
{
    var names = parsed.GetValue(only)!;
    var asked = Contender.All.Where(contender => names.Length == 0 || names.Any(name => contender.Name.Contains(name, StringComparison.OrdinalIgnoreCase))).ToList();
    var contenders = asked.Where(contender => contender.IsInstalled).ToList();
    foreach (var missing in asked.Except(contenders))
        Console.Error.WriteLine($"{missing.Name} is not installed and left out");
    // In memory, so that no disk has a part in the comparison.
    var folder = Directory.CreateTempSubdirectory("mgcap-bench-");
    var files = Directory.CreateDirectory($"/dev/shm/{folder.Name}");
    var measurements = new List<Measurement>();
    try
    {
        foreach (var count in parsed.GetValue(queues)!)
        {
            using var lab = new BenchLab(count);
            foreach (var length in parsed.GetValue(lengths)!)
            {
                for (var round = 0; round < parsed.GetValue(rounds); round++)
                {
                    foreach (var contender in contenders)
                    {
                        measurements.Add(Measuring.Measure(lab, contender, length, parsed.GetValue(attempts), files));
                        Console.Error.WriteLine(string.Create(
                            CultureInfo.InvariantCulture, $"{length} B, {count} queues, round {round + 1}: {contender.Name} {measurements[^1].PacketsPerSecond:N0}/s"));
                    }
                }
            }
        }
    }
    finally
    {
        files.Delete(recursive: true);
        folder.Delete(recursive: true);
    }

    var report = new Report(measurements, parsed.GetValue(rounds));
    var target = Directory.CreateDirectory(parsed.GetValue(output)!.FullName);
    File.WriteAllText(Path.Combine(target.FullName, "bench.json"), report.ToJson());
    File.WriteAllText(Path.Combine(target.FullName, "bench.md"), report.ToMarkdown());
    Console.Write(report.ToMarkdown());
});
return command.Parse(args).Invoke();
