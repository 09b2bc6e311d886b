using System.Text.Json;
using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Dump;

/// <summary>-i again and again: one file, as tshark reads it.</summary>
public sealed class SeveralInterfacesTests : DumpTest
{
    [RootFact]
    public void Packets_OfAll_AreInOneFile()
    {
        Lab.AddCable("gen1", "cap1");
        using var run = Mgcap.StartDump(Inside, "-i", "cap0", "-i", "cap1", "-w", FilePath, "-d", "in", "--json", "-f", "udp");
        using (var first = Lab.OpenSender())
        using (var second = new FrameSender(Lab.SenderSide, "gen1"))
        {
            for (uint i = 0; i < 10; i++)
                (i % 3 == 0 ? second : first).Send(Frames.Udp4(new Flow(), 100, i));
        }

        Wait.Until(() => new FileInfo(FilePath).Length > 10 * 100, "the packets in the file");
        run.Signal("INT");
        var outcome = run.WaitForExit();

        Assert.Equal(0, outcome.ExitCode);
        var names = ReferenceTools.Tshark("-r", FilePath, "-T", "fields", "-e", "frame.interface_name").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => i % 3 == 0 ? "cap1/rx0" : "cap0/rx0"), names);
        Assert.Equal(["cap0", "cap1"], JsonDocument.Parse(outcome.Output).RootElement.GetProperty("interfaces").EnumerateArray().Select(name => name.GetString()));
        Assert.Contains("Capturing on cap0, cap1 (engine", outcome.Errors, StringComparison.Ordinal);
    }

    [RootFact]
    public void OneThatGoes_IsToldOf_AndTheOtherIsCaptured()
    {
        Lab.AddCable("gen1", "cap1");
        using var run = Mgcap.StartDump(Inside, "-i", "cap0", "-i", "cap1", "-w", FilePath, "-d", "in");
        Lab.SenderSide.Ip("link", "delete", "dev", "gen1");
        run.WaitFor("cap1 was removed");
        SendAll();
        Wait.Until(() => new FileInfo(FilePath).Length > 600, "the packets in the file");
        run.Signal("INT");
        var outcome = run.WaitForExit();

        Assert.Equal(0, outcome.ExitCode);
        Assert.Matches(@"cap1 was removed .*; the capture goes on\n", outcome.Errors);
        Assert.Contains($"on interface 'cap0': {Sent.Length}/0\n", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("on interface 'cap1': 0/0\n", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(Expected(), FramesOf(FilePath));
    }
}
