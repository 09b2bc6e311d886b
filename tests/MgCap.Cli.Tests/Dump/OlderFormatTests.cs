using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Dump;

/// <summary>-P, as dumpcap has it: PCAP, of nanoseconds.</summary>
public sealed class OlderFormatTests : DumpTest
{
    [RootFact]
    public void File_HasTheSamePackets()
    {
        var (older, newer) = (Path.Combine(Folder, "a.pcap"), Path.Combine(Folder, "b.pcapng"));
        using var one = Start("-P", "-w", older);
        using var other = Start("-w", newer);
        SendAll(100);
        Assert.All([one.WaitForExit(), other.WaitForExit()], outcome => Assert.Equal(0, outcome.ExitCode));

        Assert.Equal(FramesOf(newer), FramesOf(older));
        Assert.Equal("nanoseconds (9)", Field(older, "File timestamp precision"));
        Assert.Contains("nanosecond", Field(older, "File type"), StringComparison.Ordinal);
        Assert.Equal(100 * Sent.Length, Tool.Run("tcpdump", "-nr", older).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [RootFact]
    public void Files_StandAlone()
    {
        var path = Path.Combine(Folder, "ring.pcap");
        using var run = Start("-P", "-w", path, "-b", "packets:100", "-b", "files:3");
        SendAll(100);
        Assert.Equal(0, run.WaitForExit().ExitCode);

        string[] files = [.. Directory.GetFiles(Folder, "ring_*.pcap").Order(StringComparer.Ordinal)];
        Assert.Equal([100, 100, 100], files.Select(file => FramesOf(file).Length));
    }

    [RootFact]
    public void StandardOutput_AndWhatGoesToItBesides_AreInIt()
    {
        const uint Magic = 0xA1B23C4D;
        var script = $"{BuiltPrograms.CommandLine} dump cap0 -P -d in -c {Sent.Length} -w - > {Folder}/a.pcap & "
            + $"{BuiltPrograms.CommandLine} dump cap0 -P -d in -c {Sent.Length} -w {Folder}/b.pcap --live > {Folder}/c.pcap & wait";
        using var run = Mgcap.StartCommand(Inside, Folder, "sh", "-c", script);
        run.WaitForStart();
        Wait.Until(() => new[] { "a", "b", "c" }.All(name => new FileInfo(Path.Combine(Folder, $"{name}.pcap")) is { Exists: true, Length: 24 }), "all three to begin");
        SendAll();
        run.WaitForExit();

        foreach (var path in Directory.GetFiles(Folder, "?.pcap"))
        {
            Assert.Equal(Magic, BitConverter.ToUInt32(File.ReadAllBytes(path)));
            Assert.Equal(Expected(), FramesOf(path));
        }
    }

    [RootFact]
    public void WithoutAName_ItIsNamedForItsFormat()
    {
        using var run = Mgcap.StartCommand(Inside, Folder, BuiltPrograms.CommandLine, "dump", "cap0", "-P", "-d", "in", "-c", "1");
        run.WaitForStart();
        SendAll();
        run.WaitForExit();
        Assert.Single(FramesOf(Path.Combine(Folder, "output.pcap")));
    }

    private Mgcap Start(params string[] arguments) => Mgcap.StartDump(Inside, ["cap0", "-d", "in", "-c", $"{100 * Sent.Length}", .. arguments]);

    private static string Field(string path, string name) =>
        ReferenceTools.Capinfos(path).Split('\n').Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(':', 2)[1].Trim();
}
