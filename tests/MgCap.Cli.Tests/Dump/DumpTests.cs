using System.Text.Json;
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

    /// <summary>Link layer discovery and unknown protocols: the kernel counts them as rx_dropped after they were captured.</summary>
    [RootFact]
    public void PacketsThatNobodyWants_AreInTheFileAndNotLost()
    {
        const int unwanted = 30;
        using var run = Mgcap.StartDump(Inside, "cap0", "-w", FilePath, "-c", $"{unwanted}");
        using (var sender = Lab.OpenSender())
        {
            var frame = Frames.Udp4(new Flow(), 60);
            (frame[12], frame[13]) = (0x88, 0xcc);
            for (var i = 0; i < unwanted; i++)
                sender.Send(Frames.Vlan(7, frame));
        }

        var outcome = run.WaitForExit();
        Assert.Contains($"Packets captured/dropped on interface 'cap0': {unwanted}/0 (nic 0, ring 0, writer 0) (100.0%)", outcome.ErrorLines);
        Assert.Contains(outcome.ErrorLines, line => line.Contains("rx_dropped", StringComparison.Ordinal) && line.EndsWith($": {unwanted}", StringComparison.Ordinal));
        Assert.Contains("Number of packets:   30", ReferenceTools.Capinfos("-c", FilePath), StringComparison.Ordinal);
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
        File.CreateSymbolicLink(link, BuiltPrograms.CommandLine);
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
        Assert.Contains("Number of packets:   300", ReferenceTools.Capinfos("-M", FilePath), StringComparison.Ordinal);
        // The statistics at the end are there, so the file was ended and not only left.
        Assert.Contains("Number of stat entries = 1", ReferenceTools.Capinfos(FilePath), StringComparison.Ordinal);
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

    [RootFact]
    public void InterfaceThatGoes_FailsWithAWholeFile()
    {
        using var run = Mgcap.StartDump(Inside, "cap0", "-w", FilePath);
        SendAll();
        Lab.DeleteCable();
        var outcome = run.WaitForExit();
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("mgcap: cap0 was removed or moved to another network namespace; what was captured until then is in the file", outcome.ErrorLines[^1]);
        Assert.Equal(Expected(), FramesOf(FilePath));
    }

    /// <summary>As tcpdump does since libpcap ignores ENETDOWN.</summary>
    [RootTheory]
    [InlineData("packet")]
    [InlineData("xdp")]
    public void InterfaceDownAndUp_IsReportedAndTheCaptureGoesOn(string engine)
    {
        using var run = Mgcap.StartDump(Inside, "cap0", "-w", FilePath, "--engine", engine, "-c", "12", "--json");
        SendAll();
        Inside.Ip("link", "set", "dev", "cap0", "down");
        Inside.Ip("link", "set", "dev", "cap0", "up");
        Lab.WaitForCarrier();
        SendAll();
        var outcome = run.WaitForExit();
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal([.. Expected(), .. Expected()], FramesOf(FilePath));
        using var json = JsonDocument.Parse(outcome.Output);
        Assert.Equal(
            ["interface_down cap0 went down", "interface_up cap0 is up again"],
            json.RootElement.GetProperty("events").EnumerateArray().Select(happened => $"{happened.GetProperty("what")} {happened.GetProperty("detail")}"));
        Assert.Contains(outcome.ErrorLines, line => line.StartsWith("cap0 went down (", StringComparison.Ordinal) && line.EndsWith("; the capture goes on", StringComparison.Ordinal));
        Assert.Contains(outcome.ErrorLines, line => line.StartsWith("cap0 is up again (", StringComparison.Ordinal));
    }
}
