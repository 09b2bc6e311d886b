using System.CommandLine;
using MgCap.Capture;
using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Interfaces;

namespace MgCap.Cli;

/// <summary><c>mgcap hwtstamp</c>: shows and switches the time stamping in network cards.</summary>
internal static class HwtstampCommand
{
    private const string Off = "0";
    private const string On = "1";

    private static readonly Argument<string> _interface = new("IF") { Description = "The interface; 'mgcap interfaces' lists them." };

    private static readonly Argument<string?> _state = new("0|1")
    {
        Description = "1: the card stamps every received packet. 0: it stamps none. Without it, nothing is switched.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> _json = new("--json") { Description = "Write JSON, as GET /api/interfaces/IF/hwtstamp answers." };

    internal static Command Create()
    {
        _state.AcceptOnlyFromAmong(Off, On);
        var command = new Command("hwtstamp", "Show or switch a network card's time stamping of received packets.") { _interface, _state, _json };
        command.SetAction(parsed => Run(parsed.GetValue(_interface)!, parsed.GetValue(_state), parsed.GetValue(_json)));
        return command;
    }

    private static int Run(string name, string? state, bool json)
    {
        var nic = CaptureInterfaces.Find(name) ?? throw new CaptureRefusedException(
            RefusalCode.InterfaceNotFound, $"There is no interface {name}. 'mgcap interfaces' lists them.");
        var info = state is null ? HwtstampInfo.Of(nic) : HardwareStamping.Set(nic, state == On);
        if (json)
            Console.Out.WriteLine(CliJson.Text(info));
        else
            Write(nic.Name, info);
        return ExitCode.Done;
    }

    private static void Write(string name, HwtstampInfo info)
    {
        Console.Out.WriteLine($"{name}: {(info.Supported ? $"hardware time stamps {(info.Enabled ? "on" : "off")}" : "no hardware time stamps for every received packet")}");
        WriteLine("received packets", info.RxFilter, info.RxFilters);
        WriteLine("sent packets", info.TxType, info.TxTypes);
        Console.Out.WriteLine($"  {"clock",-17}{(info.PhcIndex < 0 ? "none" : $"/dev/ptp{info.PhcIndex}")}");
    }

    private static void WriteLine(string what, string now, IReadOnlyList<string> all) =>
        Console.Out.WriteLine($"  {what,-17}{now}{(all.Count == 0 ? "" : $" (of: {string.Join(", ", all)})")}");
}
