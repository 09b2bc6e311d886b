using System.Text.Json;
using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests;

/// <summary><c>mgcap hwtstamp</c> on devices that have no stamps; tests/kmod has one that does.</summary>
public sealed class HwtstampTests : DumpTest
{
    private const string CantSwitch =
        @"^mgcap: The interface cap0 can't be switched: its device \(driver veth\) can't stamp every received packet "
        + @"\(it can stamp of received packets: .+; of sent ones: .+; its clock: none\)\.\n$";

    [RootFact]
    public void Show_SaysThatThereAreNone()
    {
        var outcome = Mgcap.Run(Inside, "hwtstamp", "cap0");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        Assert.Matches(
            """
            ^cap0: no hardware time stamps for every received packet
              received packets none.*
              sent packets     off.*
              clock            none
            $
            """,
            outcome.Output);
        using var told = JsonDocument.Parse(Mgcap.Run(Inside, "hwtstamp", "cap0", "--json").Output);
        using var interfaces = JsonDocument.Parse(Mgcap.Run(Inside, "interfaces", "--json").Output);
        var cap0 = interfaces.RootElement.EnumerateArray().Single(each => each.GetProperty("name").GetString() == "cap0");
        Assert.Equal(cap0.GetProperty("hwtstamp").GetRawText(), told.RootElement.GetRawText());
    }

    [RootTheory]
    [InlineData("0")]
    [InlineData("1")]
    public void Switch_IsRefusedWithWhatTheDeviceCanDo(string state)
    {
        var outcome = Mgcap.Run(Inside, "hwtstamp", "cap0", state);
        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.Matches(CantSwitch, outcome.Errors);
    }

    [RootFact]
    public void NameOfTheOriginal_SwitchesToo()
    {
        var link = Path.Combine(Folder, "mgcap_hwtstamp_config");
        File.CreateSymbolicLink(link, BuiltPrograms.CommandLine);
        Assert.Matches(CantSwitch, Mgcap.RunCommand(Inside, Folder, link, "cap0", "1").Errors);
    }

    [RootTheory]
    [InlineData(1, "There is no interface nosuch. 'mgcap interfaces' lists them.", "nosuch", "1")]
    [InlineData(2, "Argument '2' not recognized. Must be one of: '0' '1'. Try 'mgcap hwtstamp --help'.", "cap0", "2")]
    [InlineData(2, "Required argument 'IF' missing for command: 'hwtstamp'. Try 'mgcap hwtstamp --help'.")]
    public void Mistake_IsTold(int exitCode, string expected, params string[] arguments)
    {
        var outcome = Mgcap.Run(Inside, ["hwtstamp", .. arguments]);
        Assert.Equal((exitCode, $"mgcap: {expected}\n", ""), (outcome.ExitCode, outcome.Errors, outcome.Output));
    }

    [RootFact]
    public void DumpWithStamps_IsRefusedWithWhatTheDeviceCanDo()
    {
        var outcome = Mgcap.Run(Inside, "dump", "cap0", "--hwtstamp", "--engine", "packet", "-w", FilePath);
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith(
            "mgcap: No engine delivers hardware time stamps on cap0 (packet: its device (driver veth) can't stamp every received packet", outcome.Errors,
            StringComparison.Ordinal);
        Assert.False(File.Exists(FilePath));
    }
}
