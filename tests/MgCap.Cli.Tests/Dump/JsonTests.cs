using System.Globalization;
using System.Text.Json;
using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Dump;

public sealed class JsonTests : DumpTest
{
    [RootFact]
    public void Summary_HasTheNamesOfTheApisCapture()
    {
        using var run = Mgcap.StartDump(Inside, "cap0", "--engine", "packet", "-w", FilePath, "-f", "udp or tcp", "-d", "in", "--json", "-a", "packets:5");
        SendAll();
        var outcome = run.WaitForExit();
        Assert.Equal(0, outcome.ExitCode);
        // Standard output is JSON and nothing else.
        using var json = JsonDocument.Parse(outcome.Output);
        var capture = json.RootElement;
        Assert.Equal(
            "interface interfaces engine engineDetail engineReason mode direction snaplen filter timestampSource clock fileIo startedAt stoppedAt stopReason error files events statistics",
            Names(capture));
        Assert.Equal("name bytes packets firstPacketAt lastPacketAt", Names(capture.GetProperty("files")[0]));
        var statistics = capture.GetProperty("statistics");
        Assert.Equal("received filtered captured capturedBytes wireBytes softwareStamped dropped rxDropped packetsPerSecond bitsPerSecond queues", Names(statistics));
        Assert.Equal("nic ring writer live", Names(statistics.GetProperty("dropped")));
        Assert.Equal(
            "queue name received filtered captured wireBytes softwareStamped dropped packetsPerSecond bitsPerSecond ringFill", Names(statistics.GetProperty("queues")[0]));
    }

    [RootFact]
    public void Summary_SaysWhatIsInTheFile()
    {
        using var run = Mgcap.StartDump(Inside, "cap0", "--engine", "packet", "-w", FilePath, "-f", "udp or tcp", "-d", "in", "--json", "-a", "packets:5");
        SendAll();
        using var json = JsonDocument.Parse(run.WaitForExit().Output);
        var capture = json.RootElement;
        Assert.Equal(
            ("cap0", "packet", "mirror", "in", 96, "udp or tcp", "software", "packets", JsonValueKind.Null),
            (Text("interface"), Text("engine"), Text("mode"), Text("direction"), capture.GetProperty("snaplen").GetInt32(), Text("filter"),
                Text("timestampSource"), Text("stopReason"), capture.GetProperty("error").ValueKind));
        Assert.Equal("asked for", capture.GetProperty("engineReason").GetString());
        var file = capture.GetProperty("files")[0];
        Assert.Equal((FilePath, 5, new FileInfo(FilePath).Length), (file.GetProperty("name").GetString(), file.GetProperty("packets").GetInt32(), file.GetProperty("bytes").GetInt64()));
        var times = ReferenceTools.Tshark("-r", FilePath, "-T", "fields", "-e", "frame.time_epoch").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((Nanoseconds(times[0]), Nanoseconds(times[^1])), (Rfc3339(file, "firstPacketAt"), Rfc3339(file, "lastPacketAt")));
        Assert.True(Rfc3339(file, "lastPacketAt") < Rfc3339(capture, "stoppedAt"));
        var statistics = capture.GetProperty("statistics");
        var (received, filtered, captured) = (Number("received"), Number("filtered"), Number("captured"));
        Assert.Equal((5, received), (captured, filtered + captured));
        Assert.Equal(60 + 1500 + 100 + 84 + 9000, Number("wireBytes"));

        string Text(string name) => capture.GetProperty(name).GetString()!;
        long Number(string name) => statistics.GetProperty(name).GetInt64();
    }

    [RootFact]
    public void AltName_IsAnsweredWithTheName()
    {
        var alternative = new string('u', 60);
        Inside.Ip("link", "property", "add", "dev", "cap0", "altname", alternative);
        using var run = Mgcap.StartDump(Inside, alternative, "--engine", "packet", "-w", FilePath, "-d", "in", "--json", "-a", "packets:5");
        SendAll();
        using var json = JsonDocument.Parse(run.WaitForExit().Output);
        Assert.Equal("cap0", json.RootElement.GetProperty("interface").GetString());
        Assert.StartsWith("cap0: ", Mgcap.Run(Inside, "hwtstamp", alternative).Output, StringComparison.Ordinal);
        using var sent = JsonDocument.Parse(Mgcap.Run(Inside, "gen", "-i", alternative, "-n", "3", "--method", "packet", "--json").Output);
        Assert.Equal("cap0", sent.RootElement.GetProperty("interface").GetString());
    }

    [RootFact]
    public void SummaryBesideACaptureOnStandardOutput_GoesToStandardError()
    {
        using var run = Mgcap.StartCommand(Inside, Folder, "sh", "-c", $"{BuiltPrograms.CommandLine} dump cap0 -w - --json -c 6 > {FilePath}");
        run.WaitForStart();
        SendAll();
        var outcome = run.WaitForExit();
        Assert.Equal(Expected(), FramesOf(FilePath));
        using var json = JsonDocument.Parse(outcome.ErrorLines[^1]);
        Assert.Equal("-", json.RootElement.GetProperty("files")[0].GetProperty("name").GetString());
    }

    private static string Names(JsonElement element) => string.Join(' ', element.EnumerateObject().Select(property => property.Name));

    private static decimal Nanoseconds(string epoch) => decimal.Parse(epoch, CultureInfo.InvariantCulture);

    /// <summary>Seconds since 1970 with all nine digits.</summary>
    private static decimal Rfc3339(JsonElement element, string name)
    {
        var text = element.GetProperty(name).GetString()!;
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?Z$", text);
        var whole = DateTimeOffset.Parse(text[..19] + "Z", CultureInfo.InvariantCulture).ToUnixTimeSeconds();
        return whole + (text.Contains('.', StringComparison.Ordinal) ? decimal.Parse("0" + text[19..^1], CultureInfo.InvariantCulture) : 0);
    }
}
