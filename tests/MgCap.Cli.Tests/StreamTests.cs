using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests;

/// <summary>Standard output and standard error that are closed, full, gone or slow.</summary>
public sealed class StreamTests : DumpTest
{
    private const string NonBlocking = "perl -e 'use Fcntl; fcntl(STDOUT, F_SETFL, O_WRONLY | O_NONBLOCK); exec @ARGV'";

    [RootTheory]
    [InlineData("2>/dev/full")]
    [InlineData("2>&-")]
    [InlineData(">&-")]
    [InlineData("<&- >&- 2>&-")]
    [InlineData("2>&1 | true")]
    public void Messages_AreNotWorthACapture(string streams)
    {
        using var run = Shell($"{BuiltPrograms.CommandLine} dump cap0 -w {FilePath} -c 6 {streams}");
        Wait.Until(() => File.Exists(FilePath) && new FileInfo(FilePath).Length > 0, "the capture to begin");
        SendAll();
        Assert.Equal(0, run.WaitForExit().ExitCode);
        // Nothing of what was said is in the file instead.
        Assert.Equal(Expected(), FramesOf(FilePath));
        Assert.Contains("Number of stat entries = 1", ReferenceTools.Capinfos(FilePath), StringComparison.Ordinal);
    }

    [RootFact]
    public void StandardErrorThatNobodyReads_DoesNotKeepItFromEnding()
    {
        var fifo = Path.Combine(Folder, "errors");
        Tool.Run("mkfifo", fifo);
        // Opened for reading too, so that it is there; filled, and never read.
        using var run = Shell($"exec 3<>{fifo}; dd if=/dev/zero of={fifo} bs=4096 count=16 2>/dev/null; {BuiltPrograms.CommandLine} dump cap0 -w {FilePath} -c 6 2>&3");
        Wait.Until(() => File.Exists(FilePath) && new FileInfo(FilePath).Length > 0, "the capture to begin");
        SendAll();
        Assert.Equal(0, run.WaitForExit().ExitCode);
        Assert.Equal(Expected(), FramesOf(FilePath));
    }

    [RootTheory]
    [InlineData("dump cap0 -w - -a seconds:5", ">/dev/full", "No space left on device (ENOSPC)")]
    [InlineData("dump cap0 -w - -a seconds:5", ">&-", "Bad file descriptor (EBADF)")]
    [InlineData("dump cap0 -w /dev/null --json -a seconds:0.1", ">&-", "Bad file descriptor (EBADF)")]
    [InlineData("interfaces", ">/dev/full", "No space left on device (ENOSPC)")]
    [InlineData("interfaces --json", ">&-", "Bad file descriptor (EBADF)")]
    [InlineData("--help", ">/dev/full", "No space left on device (ENOSPC)")]
    [InlineData("gen -i cap0 -n 1", ">/dev/full", "No space left on device (ENOSPC)")]
    public void OutputThatWasAskedFor_FailsWithWords(string arguments, string streams, string problem)
    {
        using var run = Shell($"{BuiltPrograms.CommandLine} {arguments} {streams}");
        var outcome = run.WaitForExit();
        Assert.Equal((1, $"mgcap: could not write to standard output: {problem}"), (outcome.ExitCode, outcome.ErrorLines[^1]));
    }

    [RootTheory]
    [InlineData("interfaces | true")]
    [InlineData("--help | head -n 1")]
    [InlineData("show 2>&-")]
    [InlineData("frob 2>/dev/full")]
    [InlineData("dump nosuch 2>&-")]
    public void NothingAborts(string arguments)
    {
        using var run = Shell($"{BuiltPrograms.CommandLine} {arguments}; echo $? > {FilePath}");
        run.WaitForExit();
        Assert.InRange(int.Parse(File.ReadAllText(FilePath)), 0, 2);
    }

    [RootFact]
    public void NonBlockingPipe_IsWaitedFor()
    {
        var go = Path.Combine(Folder, "go");
        using var run = Shell($"{NonBlocking} {BuiltPrograms.CommandLine} dump cap0 -s 9014 -w - -c 120 | (until [ -e {go} ]; do sleep 0.05; done; cat > {FilePath})");
        run.WaitForStart();
        // Some 200 kB, and a pipe holds 64.
        SendAll(20);
        File.WriteAllText(go, "");
        var outcome = run.WaitForExit();
        Assert.DoesNotContain("mgcap:", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains($"Number of packets:   120\n", ReferenceTools.Capinfos("-M", FilePath), StringComparison.Ordinal);
    }

    /// <summary>script(1) has the terminal; it goes with it.</summary>
    [RootTheory]
    [InlineData("", 6)]
    [InlineData("trap '' HUP; ", 12)]
    public void TerminalThatCloses_EndsTheCaptureUnlessHangupsAreIgnored(string before, int packets)
    {
        using var run = Mgcap.StartCommand(
            Inside, Folder, "script", "--quiet", "--return", "--command", $"{before}exec {BuiltPrograms.CommandLine} dump cap0 -w {FilePath} -c 12", Path.Combine(Folder, "typescript"));
        Wait.Until(() => File.Exists(FilePath) && new FileInfo(FilePath).Length > 0, "the capture to begin");
        SendAll();
        run.Kill();
        // Without the terminal the first signal ends it; with hangups ignored the status line meets EIO, and packets go on coming.
        if (packets > 6)
            SendAll();
        Wait.Until(() => ReferenceTools.Capinfos(FilePath).Contains("Number of stat entries = 1", StringComparison.Ordinal), "the file to be finished");
        Assert.Contains($"Number of packets:   {packets}\n", ReferenceTools.Capinfos("-M", FilePath), StringComparison.Ordinal);
    }

    private Mgcap Shell(string command) => Mgcap.StartCommand(Inside, Folder, "sh", "-c", command);
}
