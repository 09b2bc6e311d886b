using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Dump;

public sealed class PipeTests : DumpTest
{
    /// <summary>A file and standard output at once: both have all of it, and the summary is on standard error.</summary>
    [RootFact]
    public void Live_GoesBesideTheFile()
    {
        var piped = Path.Combine(Folder, "piped.pcapng");
        using (var run = Mgcap.StartCommand(Inside, Folder, "sh", "-c", $"exec {BuiltPrograms.CommandLine} dump cap0 -w {FilePath} --live -c 60 --json > {piped}"))
        {
            run.WaitForStart();
            Wait.Until(() => new FileInfo(piped).Length > 0, "the head of the stream");
            SendAll(10);
            var outcome = run.WaitForExit();
            Assert.Equal(0, outcome.ExitCode);
            Assert.Contains("\"captured\":60", outcome.Errors, StringComparison.Ordinal);
        }

        Assert.Equal(Enumerable.Repeat(Expected(), 10).SelectMany(each => each), FramesOf(FilePath));
        Assert.Equal(FramesOf(FilePath), FramesOf(piped));
    }

    /// <summary>The reader goes, and the capture goes on.</summary>
    [RootFact]
    public void LiveReaderThatGoes_EndsNothing()
    {
        using var run = Mgcap.StartCommand(Inside, Folder, "sh", "-c", $"{BuiltPrograms.CommandLine} dump cap0 -w {FilePath} --live -c 60 | head -c 10 > /dev/null");
        run.WaitForStart();
        SendAll(10);
        Assert.Contains("Packets captured: 60", run.WaitForExit().ErrorLines);
        Assert.Equal(60, FramesOf(FilePath).Length);
    }

    [RootFact]
    public void LiveBesideStandardOutput_IsRefused()
    {
        var outcome = Mgcap.Run(Inside, "dump", "cap0", "-w", "-", "--live");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("--live writes to standard output", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    [RootFact]
    public void StandardOutput_IsReadByTshark()
    {
        using var run = Mgcap.StartCommand(
            Inside, null, "sh", "-c", $"{BuiltPrograms.CommandLine} dump cap0 -w - -c 6 | tshark -r - -T json -x --no-duplicate-keys");
        run.WaitForStart();
        SendAll();
        var outcome = run.WaitForExit();
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(Expected(), FramesIn(outcome.Output));
        Assert.Contains($"Capturing on cap0 (engine {FastestEngine}, snaplen 96), file: standard output", outcome.ErrorLines);
        Assert.Contains("Packets captured: 6", outcome.ErrorLines);
    }

    [RootFact]
    public void ReaderThatGoes_EndsTheCaptureWell()
    {
        var result = Path.Combine(Folder, "exit-code");
        using var run = Mgcap.StartCommand(
            Inside, null, "sh", "-c", $"({BuiltPrograms.CommandLine} dump cap0 -w -; echo $? > {result}) | head -c 5000 > /dev/null");
        run.WaitForStart();
        using var sender = Lab.OpenSender();
        Wait.Until(
            () =>
            {
                SendAll(10);
                return File.Exists(result) && File.ReadAllText(result) != "";
            },
            "mgcap to end");
        Assert.Equal("0", File.ReadAllText(result).Trim());
        Assert.DoesNotContain("mgcap:", run.WaitForExit().Errors, StringComparison.Ordinal);
    }

    [RootFact]
    public void ReaderThatWasNeverThere_EndsTheCaptureWell()
    {
        var result = Path.Combine(Folder, "exit-code");
        // The section header already meets nobody.
        var outcome = Mgcap.RunCommand(Inside, null, "sh", "-c", $"(sleep 0.3; {BuiltPrograms.CommandLine} dump cap0 -w - -a seconds:5; echo $? > {result}) | true");
        Assert.Equal("0", File.ReadAllText(result).Trim());
        Assert.Equal("", outcome.Output);
    }

    [RootFact]
    public void NamedPipe_IsWrittenInto()
    {
        var pipe = Path.Combine(Folder, "pipe");
        Tool.Run("mkfifo", pipe);
        using var reader = Mgcap.StartCommand(null, null, "tshark", "-r", pipe, "-T", "json", "-x", "--no-duplicate-keys");
        using var run = Mgcap.StartDump(Inside, "cap0", "-w", pipe, "-c", "6");
        SendAll();
        Assert.Equal(0, run.WaitForExit().ExitCode);
        Assert.Equal(Expected(), FramesIn(reader.WaitForExit().Output));
    }

    [RootFact]
    public void NullDevice_TakesACapture()
    {
        using var run = Mgcap.StartDump(Inside, "cap0", "-w", "/dev/null", "-c", "6");
        SendAll();
        var outcome = run.WaitForExit();
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("Packets captured: 6", outcome.ErrorLines);
    }
}
