using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Dump;

/// <summary>Whatever signal comes, the file is whole afterwards, without the room that was reserved for more.</summary>
public sealed class SignalTests : DumpTest
{
    private const int ReservedBlocks = 16 * 1024 * 2;

    [RootTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("QUIT")]
    [InlineData("HUP")]
    [InlineData("ALRM")]
    [InlineData("XCPU")]
    [InlineData("VTALRM")]
    [InlineData("PROF")]
    [InlineData("IO")]
    [InlineData("PWR")]
    [InlineData("STKFLT")]
    public void Ending_FinishesTheFile(string signal)
    {
        using var run = Mgcap.StartDump(Inside, "cap0", "-w", FilePath);
        SendAll(50);
        run.Signal(signal);
        var outcome = run.WaitForExit();
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("Packets captured: 300", outcome.ErrorLines);
        AssertFinished(300);
    }

    [RootFact]
    public void User1_ReportsAndGoesOn()
    {
        using var run = Mgcap.StartDump(Inside, "cap0", "-w", FilePath, "-c", "12");
        SendAll();
        Wait.Until(() => PacketsIn(FilePath) == 6, "six packets in the file");
        run.Signal("USR1");
        run.WaitFor("Packets captured: 6");
        SendAll();
        var outcome = run.WaitForExit();
        Assert.Equal((0, 2), (outcome.ExitCode, outcome.ErrorLines.Count(line => line.StartsWith("Packets captured/dropped", StringComparison.Ordinal))));
        AssertFinished(12);
    }

    [RootTheory]
    [InlineData("USR2")]
    [InlineData("XFSZ")]
    [InlineData("WINCH")]
    public void Others_AreNotNoticed(string signal)
    {
        using var run = Mgcap.StartDump(Inside, "cap0", "-w", FilePath, "-c", "12");
        SendAll();
        run.Signal(signal);
        SendAll();
        Assert.Equal(0, run.WaitForExit().ExitCode);
        AssertFinished(12);
    }

    [RootFact]
    public void IgnoredHangup_StaysIgnored()
    {
        using var run = Mgcap.StartCommand(Inside, Folder, "nohup", BuiltPrograms.CommandLine, "dump", "cap0", "-w", FilePath, "-c", "12");
        run.WaitForStart();
        SendAll();
        run.Signal("HUP");
        SendAll();
        Assert.Equal(0, run.WaitForExit().ExitCode);
        AssertFinished(12);
    }

    /// <summary>A shell without job control ignores SIGINT for what it starts in the background.</summary>
    [RootFact]
    public void IgnoredInterrupt_EndsIt()
    {
        var number = Path.Combine(Folder, "pid");
        using var run = Mgcap.StartCommand(Inside, Folder, "sh", "-c", $"{BuiltPrograms.CommandLine} dump cap0 -w {FilePath} & echo $! > {number}; wait $!");
        run.WaitForStart();
        SendAll();
        Tool.Run("kill", "-s", "INT", File.ReadAllText(number).Trim());
        Assert.Equal(0, run.WaitForExit().ExitCode);
        AssertFinished(6);
    }

    [RootFact]
    public void FileSizeLimit_EndsTheFileWhole()
    {
        // In blocks of 512 bytes, as POSIX has it. The runtime keeps its code in a large file in memory, unless it is told not to.
        using var run = Mgcap.StartCommand(Inside, Folder, "sh", "-c", $"ulimit -f 400; DOTNET_EnableWriteXorExecute=0 exec {BuiltPrograms.CommandLine} dump cap0 -s 9014 -w {FilePath}");
        run.WaitForStart();
        SendAll(50);
        var outcome = run.WaitForExit();
        Assert.Equal(1, outcome.ExitCode);
        Assert.EndsWith("what was captured until then is in the file", outcome.ErrorLines[^1], StringComparison.Ordinal);
        Assert.InRange(new FileInfo(FilePath).Length, 1, 400 * 512);
        var packets = ReferenceTools.Tcpdump("-nr", FilePath).Count(character => character == '\n');
        Assert.Contains($"Packets captured: {packets}", outcome.ErrorLines);
        // What did not fit is counted where it was lost.
        Assert.Contains("writer ", outcome.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("writer 0)", outcome.Errors, StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData("HUP")]
    [InlineData("TERM")]
    [InlineData("ALRM")]
    public void Sender_EndsWithItsSummary(string signal)
    {
        using var run = Mgcap.StartCommand(Lab.SenderSide, null, BuiltPrograms.CommandLine, "gen", "-i", "gen0", "-r", "100");
        run.WaitFor("Sending on");
        run.Signal(signal);
        var outcome = run.WaitForExit();
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("Packets sent/refused on interface 'gen0'", outcome.Output, StringComparison.Ordinal);
    }

    private void AssertFinished(int packets)
    {
        Assert.Contains($"Number of packets:   {packets}\n", ReferenceTools.Capinfos("-M", FilePath), StringComparison.Ordinal);
        Assert.Contains("Number of stat entries = 1", ReferenceTools.Capinfos(FilePath), StringComparison.Ordinal);
        Assert.InRange(long.Parse(Tool.Run("stat", "-c", "%b", FilePath)), 1, ReservedBlocks / 2);
    }

    private static int PacketsIn(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return (int)MgCap.Capture.Pcapng.PcapngScan.Scan(stream).Packets;
    }
}
