using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Dump;

public sealed class DumpTests : DumpTest
{
    [RootTheory]
    [InlineData("-i", "cap0")]
    [InlineData("cap0")]
    [InlineData("/dev/mgcap/cap0")]
    [InlineData("--interface", "/dev/mgcap/cap0")]
    public void File_HasTheFramesThatWereSent(params string[] which)
    {
        using var run = Mgcap.StartDump(Inside, [.. which, "-w", FilePath, "-c", "6"]);
        SendAll();
        var outcome = run.WaitForExit();
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Output));
        Assert.Equal(Expected(), FramesOf(FilePath));
        Assert.Equal(
            [
                $"Capturing on cap0 (engine {FastestEngine}, snaplen 96), file: {FilePath}", "Packets captured: 6",
                "Packets captured/dropped on interface 'cap0': 6/0 (nic 0, ring 0, writer 0) (100.0%)",
            ],
            outcome.ErrorLines);
    }

    [RootFact]
    public void Options_AreTaken()
    {
        using var run = Mgcap.StartDump(Inside, "cap0", "-w", FilePath, "-s", "40", "-f", "udp", "-d", "in", "--engine", "packet", "-m", "mirror", "-p", "-c", "4");
        SendAll();
        var outcome = run.WaitForExit();
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("Packets left out by the filter: ", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal([Expected(40)[0], Expected(40)[2], Expected(40)[5]], FramesOf(FilePath).Where(frame => !frame.StartsWith("84 ", StringComparison.Ordinal)));
    }

    [RootFact]
    public void NameOfTheOriginal_DumpsIntoTheWorkingDirectory()
    {
        var link = Path.Combine(Folder, "mgdump");
        File.CreateSymbolicLink(link, Built.CommandLine);
        using var run = Mgcap.StartCommand(Inside, Folder, link, "/dev/mgcap/cap0", "-c", "6");
        run.WaitForStart();
        SendAll();
        Assert.Equal(0, run.WaitForExit().ExitCode);
        Assert.Equal(Expected(), FramesOf(Path.Combine(Folder, "output.pcapng")));
    }

    [RootTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void Signal_FinishesTheFile(string signal)
    {
        using var run = Mgcap.StartDump(Inside, "cap0", "-w", FilePath);
        SendAll(50);
        run.Signal(signal);
        var outcome = run.WaitForExit();
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("Packets captured: 300", outcome.ErrorLines);
        Assert.Contains("Number of packets:   300", Judges.Capinfos("-M", FilePath), StringComparison.Ordinal);
        // The statistics at the end are there, so the file was ended and not only left.
        Assert.Contains("Number of stat entries = 1", Judges.Capinfos(FilePath), StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData("seconds:1", 0)]
    [InlineData("seconds:0.3", 0)]
    [InlineData("packets:5", 5)]
    [InlineData("bytes:100", 2)]
    public void StopCondition_EndsTheCapture(string condition, int packets)
    {
        using var run = Mgcap.StartDump(Inside, "cap0", "-w", FilePath, "-a", condition);
        if (packets > 0)
            SendAll();
        var outcome = run.WaitForExit();
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(Expected()[..packets], FramesOf(FilePath));
    }

    [RootFact]
    public void SeveralConditions_EndTheCaptureWithTheFirst()
    {
        using var run = Mgcap.StartDump(Inside, "cap0", "-w", FilePath, "-a", "seconds:60", "-a", "bytes:1000000", "-a", "packets:3");
        SendAll();
        Assert.Equal(0, run.WaitForExit().ExitCode);
        Assert.Equal(Expected()[..3], FramesOf(FilePath));
    }

    [RootTheory]
    [InlineData("delete")]
    [InlineData("down")]
    public void InterfaceThatGoes_FailsWithAWholeFile(string how)
    {
        using var run = Mgcap.StartDump(Inside, "cap0", "-w", FilePath);
        SendAll();
        if (how == "down")
            Inside.Ip("link", "set", "dev", "cap0", "down");
        else
            Lab.DeleteCable();
        var outcome = run.WaitForExit();
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("mgcap: cap0 went down or away; what was captured until then is in the file", outcome.ErrorLines[^1]);
        Assert.Equal(Expected(), FramesOf(FilePath));
    }
}
