using System.CommandLine;
using MgCap.Capture;
using MgCap.Capture.Engines;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Sensors;

namespace MgCap.Cli;

/// <summary><c>mgcap interfaces</c>: what can be captured from.</summary>
internal static class InterfacesCommand
{
    internal static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Write JSON, as GET /api/interfaces answers." };
        var command = new Command("interfaces", "List the network interfaces that can be captured.") { json };
        command.SetAction(parsed => List(parsed.GetValue(json)));
        return command;
    }

    internal static int List(bool json)
    {
        var engines = new CaptureEngines();
        var interfaces = CaptureInterfaces.ListWithAny().Select(each => InterfaceInfo.Of(each, engines)).ToArray();
        if (json)
        {
            Console.Out.WriteLine(CliJson.Text(interfaces));
            return ExitCode.Done;
        }

        Console.Out.WriteLine($"{"NAME",-16}{"STATE",-6}{"MAC",-19}{"MTU",6}{"SPEED",11}{"QUEUES",7}  {"LINKTYPE",-11}{"DRIVER",-12}ENGINES");
        foreach (var each in interfaces)
        {
            var speed = each.SpeedMbps is { } mbps ? $"{mbps} Mb/s" : "-";
            var available = string.Join(' ', each.Engines.Where(engine => engine.Available).Select(engine => engine.Name));
            Console.Out.WriteLine(
                $"{VisibleText.Of(each.Name),-15} {(each.Up ? "up" : "down"),-6}{each.Mac ?? "-",-19}{(each.Mtu == 0 ? "-" : $"{each.Mtu}"),6}{speed,11}{each.RxQueues,7}  "
                + $"{each.LinkType,-10} {each.Driver ?? "-",-12}{available}");
        }

        return ExitCode.Done;
    }
}
