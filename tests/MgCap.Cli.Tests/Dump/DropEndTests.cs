using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Dump;

/// <summary>Dropping takes a host off its network: it must end with the program, however that ends.</summary>
public sealed class DropEndTests : DumpTest
{
    [RootTheory]
    [InlineData("INT")]
    [InlineData("KILL")]
    public void Drop_EndsWithTheProgram(string signal)
    {
        using var lab = VethLab.Create("dropcli", new VethOptions { Addresses = true });
        using var run = Mgcap.StartDump(lab.CaptureSide, "-i", "cap0", "-m", "drop", "--engine", "xdp", "-w", FilePath);
        Assert.False(lab.CaptureAnswers(), "packets are dropped");
        Assert.Contains("prog/xdp", lab.CaptureSide.Ip("-d", "link", "show", "dev", "cap0"), StringComparison.Ordinal);
        run.Signal(signal);
        Assert.Equal(signal == "INT" ? 0 : 128 + 9, run.WaitForExit().ExitCode);
        Assert.True(lab.CaptureAnswers(), "the first request after the end is answered");
        var link = lab.CaptureSide.Ip("-d", "link", "show", "dev", "cap0");
        Assert.DoesNotContain("xdp", link, StringComparison.Ordinal);
        Assert.Contains("promiscuity 0 ", link, StringComparison.Ordinal);
    }
}
