using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Dump;

/// <summary><c>mgcap record</c>: nothing is written until a trigger goes off or a signal comes, and then what came before is there.</summary>
public sealed class RecordTests : DumpTest
{
    [RootFact]
    public void Trigger_SavesWhatCameBeforeIt()
    {
        using var run = Start("-o", "filter:tcp port 443", "--before", "3600", "--after", "0.5", "--pause", "0");
        SendUdp(20);
        Assert.Empty(Files());
        SendAll();
        run.WaitFor("packets\n");
        run.Signal("INT");
        var outcome = run.WaitForExit();

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("a packet matches tcp port 443: saved ", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(20 + Sent.Length, FramesOf(Assert.Single(Files())).Length);
    }

    [RootFact]
    public void Signal_Saves_AsOftenAsItComes()
    {
        using var run = Start("--before", "3600", "--after", "0");
        SendUdp(5);
        run.Signal("USR1");
        run.WaitFor(", 5 packets");
        SendUdp(5);
        run.Signal("USR1");
        run.WaitFor(", 10 packets");
        run.Signal("TERM");

        Assert.Equal(0, run.WaitForExit().ExitCode);
        Assert.Equal([5, 10], Files().Select(file => FramesOf(file).Length));
    }

    [RootTheory]
    [InlineData("-o packets:0", "-o must be more than 0")]
    [InlineData("-o packets", "write packets:N")]
    [InlineData("-o filter:", "write packets:N")]
    [InlineData("-k bytes:1", "-k bytes:N must be at least")]
    [InlineData("-k minutes:1", "write seconds:N")]
    [InlineData("--before x", "write a number of seconds")]
    [InlineData("-o loss --after 4000", "--after must be from 0 to 3600")]
    [InlineData("-w -", "needs the name of a file")]
    [InlineData("-s 1", "-s must be from 14")]
    [InlineData("--bogus", "'mgcap record --help' lists them")]
    public void WrongRecord_SaysWhatIsRight(string arguments, string word)
    {
        var outcome = Mgcap.RunCommand(Inside, Folder, [BuiltPrograms.CommandLine, "record", "cap0", .. arguments.Split(' ')]);

        Assert.Equal((2, 1), (outcome.ExitCode, outcome.ErrorLines.Length));
        Assert.Contains(word, outcome.Errors, StringComparison.Ordinal);
    }

    [RootFact]
    public void WrongTriggerFilter_IsRefused()
    {
        var outcome = Mgcap.RunCommand(Inside, Folder, BuiltPrograms.CommandLine, "record", "cap0", "-o", "filter:udp prt 1");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("syntax error", outcome.Errors, StringComparison.Ordinal);
    }

    private Mgcap Start(params string[] arguments)
    {
        var run = Mgcap.StartCommand(Inside, null, [BuiltPrograms.CommandLine, "record", "cap0", "-w", FilePath, "-d", "in", .. arguments]);
        run.WaitForStart();
        return run;
    }

    private string[] Files() => [.. Directory.GetFiles(Folder, "*.pcapng").Order(StringComparer.Ordinal)];

    private void SendUdp(int count)
    {
        using var sender = Lab.OpenSender();
        sender.Send(Enumerable.Range(0, count).Select(i => (ReadOnlyMemory<byte>)Frames.Udp4(new Flow(), 100, (uint)i)));
    }
}
