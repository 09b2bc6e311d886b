using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MgCap.Capture.Pcapng;
using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Dump;

/// <summary>-b, as people know it from dumpcap(1).</summary>
public sealed partial class RotationTests : DumpTest
{
    private const long PacketsOfKilled = 2000;

    [RootFact]
    public void Packets_BeginFilesThatTogetherHaveAll()
    {
        var outcome = Capture(60, "-b", "packets:4", "--json");

        var files = Files();
        Assert.Equal(15, files.Length);
        Assert.Equal(Enumerable.Range(1, 15), files.Select(NumberOf));
        Assert.All(files, file => Assert.Equal("4", ReferenceTools.Capinfos("-T", "-r", "-M", "-c", file).Trim().Split('\t')[^1]));
        var merged = Path.Combine(Folder, "merged.pcapng");
        Tool.Run("mergecap", ["-a", "-w", merged, .. files]);
        Assert.Equal(Enumerable.Repeat(Expected(), 10).SelectMany(each => each), FramesOf(merged));
        Assert.Equal(files, JsonDocument.Parse(outcome.Output).RootElement.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("name").GetString()));
        // Each is named where it begins, as dumpcap does.
        Assert.Contains($"file: {files[0]}", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(files[1..].Select(file => $"File: {file}"), outcome.ErrorLines.Where(line => line.StartsWith("File: ", StringComparison.Ordinal)));
    }

    [RootFact]
    public void Files_KeepsTheNewest_AndPrintnameTellsOfAll()
    {
        var names = Path.Combine(Folder, "names");
        Capture(60, "-b", "packets:4", "-b", "files:3", "-b", $"printname:{names}");

        Assert.Equal([13, 14, 15], Files().Select(NumberOf));
        Assert.Equal(Enumerable.Range(1, 15), File.ReadLines(names).Select(NumberOf));
    }

    [RootFact]
    public void Filesize_IsInKilobytesOfAThousand()
    {
        using (var run = Mgcap.StartDump(Inside, "cap0", "-w", FilePath, "-s", "9014", "-d", "in", "-c", "100", "-b", "filesize:200"))
        {
            using (var sender = Lab.OpenSender())
                sender.Flood([Frames.Udp4(new Flow(), 9000)], 100);
            Assert.Equal(0, run.WaitForExit().ExitCode);
        }

        Assert.InRange(Files().Length, 4, 5);
        Assert.All(Files()[..^1], file => Assert.InRange(new FileInfo(file).Length, 200_000, 210_000));
    }

    [RootTheory]
    [InlineData("duration:0.2")]
    [InlineData("interval:0.2")]
    public void Time_PassesWithoutTraffic(string condition)
    {
        Assert.Equal(0, Mgcap.Run(Inside, "dump", "cap0", "-w", FilePath, "-b", condition, "-a", "duration:1.1").ExitCode);
        Assert.InRange(Files().Length, 4, 7);
    }

    /// <summary>Killed at any moment, among them those in which a file ends and the next begins: what was ended stays as it was.</summary>
    [RootFact]
    public void Killed_LosesNoClosedFile()
    {
        var rounds = Environment.GetEnvironmentVariable("MGCAP_KILLS") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 6;
        var random = new Random(20261130);
        for (var round = 0; round < rounds; round++)
        {
            using (var run = Mgcap.StartDump(Inside, "cap0", "-w", FilePath, "-b", $"packets:{PacketsOfKilled}"))
            using (var sender = Lab.OpenSender())
            using (var enough = new CancellationTokenSource())
            {
                var traffic = sender.StartFlood([Frames.Udp4(new Flow(), 100)], count: 1_000_000, cancellation: enough.Token);
                Wait.Until(() => Files().Length > 3, "files");
                Thread.Sleep(random.Next(300));
                run.Kill();
                enough.Cancel();
                traffic.Wait();
            }

            var files = Files();
            Assert.Equal(Enumerable.Range(1, files.Length), files.Select(NumberOf));
            // What an ended file needs to last is done beside the next one's writing.
            foreach (var file in files[..^2])
            {
                var scan = PcapngScan.Scan(file);
                Assert.Equal((PacketsOfKilled, new FileInfo(file).Length, (PcapngFormatException?)null), (scan.Packets, scan.ValidLength, scan.Damage));
            }

            Assert.All(files[^2..], file => Assert.InRange(PcapngScan.Scan(file).Packets, 0, PacketsOfKilled));
            foreach (var file in files)
                File.Delete(file);
        }
    }

    [RootTheory]
    [InlineData("-b files:3", "does not say when a new file begins")]
    [InlineData("-b filesize:1", "at least 65536 bytes")]
    [InlineData("-b filesize:0", "each at least 1")]
    [InlineData("-b packets:10 -b files:0", "each at least 1")]
    [InlineData("-b duration:0.01", "from 0.1")]
    [InlineData("-b duration:1 -b interval:1", "one of -b duration: and -b interval:")]
    [InlineData("-b packets", "write filesize:KB")]
    [InlineData("-b nametimenum:1", "write filesize:KB")]
    [InlineData("-b packets:5 -w -", "standard output is one stream")]
    [InlineData("-C 5", "-b filesize:KB")]
    [InlineData("-G 5", "-b duration:SECONDS")]
    [InlineData("-W 5", "-b files:N")]
    public void WrongRotation_SaysWhatIsRight(string arguments, string word)
    {
        var outcome = Mgcap.RunCommand(Inside, Folder, [BuiltPrograms.CommandLine, "dump", "cap0", .. arguments.Split(' ')]);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(word, Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    /// <summary>Captures what is sent, all of it.</summary>
    private Outcome Capture(int packets, params string[] arguments)
    {
        using var run = Mgcap.StartDump(Inside, ["cap0", "-w", FilePath, "-d", "in", "-c", packets.ToString(CultureInfo.InvariantCulture), .. arguments]);
        SendAll(packets / Sent.Length);
        var outcome = run.WaitForExit();
        Assert.Equal(0, outcome.ExitCode);
        return outcome;
    }

    private string[] Files() => [.. Directory.GetFiles(Folder, "capture_*").Order(StringComparer.Ordinal)];

    private static int NumberOf(string path) => int.Parse(DumpcapName().Match(Path.GetFileName(path)).Groups["number"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("^capture_(?<number>[0-9]{5})_20[0-9]{12}[.]pcapng$")]
    private static partial Regex DumpcapName();
}
