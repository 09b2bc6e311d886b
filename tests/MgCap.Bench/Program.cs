using System.CommandLine;
using System.Globalization;
using BenchmarkDotNet.Running;
using MgCap.Bench;
using MgCap.Bench.Parts;

if (args is [LadenCapture.Word, ..])
    return LadenCapture.Run(args[1..]);

var rounds = new Option<int>("--rounds") { Description = "Rounds; in each, every contender has its turn.", DefaultValueFactory = _ => 3 };
var lengths = new Option<int[]>("--lengths") { Description = "Frame lengths in bytes.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [128, 64, 256, 1500] };
var queues = new Option<int[]>("--queues") { Description = "Numbers of receive queues.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [1, 2] };
var frames = new Option<long>("--frames") { Description = "Frames that the sender offers in each turn; the interface refuses what it has no room for.", DefaultValueFactory = _ => 10_000_000 };
var only = new Option<string[]>("--only") { Description = "Only the contenders, or parts, with one of these in their names.", AllowMultipleArgumentsPerToken = true };
var device = new Option<string?>("--device") { Description = "A port of this machine that something else sends to without pause, instead of a veth pair; its lengths and queues are as they are." };
var seconds = new Option<double>("--seconds") { Description = "How long each contender has at a port, or with a disk.", DefaultValueFactory = _ => 10 };
var disk = new Option<DirectoryInfo?>("--disk") { Description = "Whole packets onto the disk of this folder, instead of the first bytes into memory." };
var laden = new Option<bool>("--laden") { Description = "Captures with everything that can go on beside them (a new file every 100 ms, a recorder, five live clients), beside plain ones; with --disk whole packets into a ring of files." };
var parts = new Option<bool>("--parts") { Description = "Measure the parts by themselves (BenchmarkDotNet): block encoding, merge, the reader from ring to disk, filter translation, reading." };
var output = new Option<DirectoryInfo>("--output") { Description = "Where bench.json and bench.md are written.", DefaultValueFactory = _ => new DirectoryInfo("artifacts/bench") };
var command = new RootCommand("Measures MgCap beside other capture programs and beside the machine's limits, on a veth pair of its own.")
{
    rounds, lengths, queues, frames, only, device, seconds, disk, laden, parts, output,
};
command.SetAction(parsed =>
{
    var target = Directory.CreateDirectory(parsed.GetValue(output)!.FullName);
    if (parsed.GetValue(parts))
    {
        BenchmarkSwitcher.FromAssembly(typeof(PartBench).Assembly).Run(["--filter", .. parsed.GetValue(only)!.Length == 0 ? ["*"] : parsed.GetValue(only)!.Select(name => $"*{name}*")], new PartBench(target.FullName));
        return;
    }

    if (parsed.GetValue(laden))
    {
        var table = parsed.GetValue(disk) is { } on ? LadenBench.RunOnDisk(parsed.GetValue(rounds), on) : LadenBench.Run(parsed.GetValue(rounds), parsed.GetValue(frames));
        File.WriteAllText(Path.Combine(target.FullName, "laden.md"), table);
        Console.Write(table);
        return;
    }

    if (parsed.GetValue(disk) is { } place)
    {
        var table = DiskBench.Run(place, parsed.GetValue(rounds), parsed.GetValue(seconds), parsed.GetValue(only)!);
        File.WriteAllText(Path.Combine(target.FullName, "disk.md"), table);
        Console.Write(table);
        return;
    }

    var names = parsed.GetValue(only)!;
    var asked = Contender.All.Where(contender => names.Length == 0 || names.Any(name => contender.Name.Contains(name, StringComparison.OrdinalIgnoreCase))).ToList();
    var contenders = asked.Where(contender => contender.IsInstalled).ToList();
    foreach (var missing in asked.Except(contenders))
        Console.Error.WriteLine($"{missing.Name} is not installed and left out");

    // In memory, so that no disk has a part in the comparison.
    var folder = Directory.CreateDirectory($"/dev/shm/mgcap-bench-{Environment.ProcessId}");
    var measurements = new List<Measurement>();
    Costs? costs = null;
    try
    {
        if (parsed.GetValue(device) is { } port)
        {
            using var scene = new PortScene(port, TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            Measure(scene, 0);
        }
        else
        {
            foreach (var count in parsed.GetValue(queues)!)
            {
                using var scene = new VethScene(count, parsed.GetValue(frames));
                foreach (var length in parsed.GetValue(lengths)!)
                    Measure(scene, length);
                if (names.Length == 0)
                    costs ??= Costs.Measure(scene, folder);
            }
        }
    }
    finally
    {
        folder.Delete(recursive: true);
    }

    var report = new Report(measurements, costs, parsed.GetValue(rounds));
    File.WriteAllText(Path.Combine(target.FullName, "bench.json"), report.ToJson());
    File.WriteAllText(Path.Combine(target.FullName, "bench.md"), report.ToMarkdown());
    Console.Write(report.ToMarkdown());

    void Measure(IScene scene, int length)
    {
        for (var round = 1; round <= parsed.GetValue(rounds); round++)
        {
            foreach (var contender in contenders)
            {
                measurements.Add(Measuring.Measure(scene, contender, length, folder));
                Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{length} B, {scene.Queues} queues, round {round}: {contender.Name} {measurements[^1].PacketsPerSecond:N0}/s"));
            }
        }
    }
});
return command.Parse(args).Invoke();
