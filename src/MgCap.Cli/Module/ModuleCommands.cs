using System.CommandLine;
using System.Numerics;
using MgCap.Capture;
using MgCap.Capture.Engines.Kmod;
using MgCap.Capture.Interfaces;
using MgCap.Linux;
using MgCap.Linux.Kmod;

namespace MgCap.Cli.Module;

/// <summary><c>mgcap start | stop | set | show</c>: the kernel module's captures, which run without a program. <c>ip mgcap</c> does the same.</summary>
internal static class ModuleCommands
{
    private const string Mode = "mode";
    private const string Snaplen = "snaplen";
    private const string Slots = "slots";
    private const string Filter = "filter";
    private const string Mirror = "mirror";
    private const string Drop = "drop";

    internal static IEnumerable<Command> Create() => [CreateStart(), CreateStop(), CreateSet(), CreateShow()];

    private static Command CreateStart()
    {
        var words = Words($"""
            dev IF               The interface.
            mode mirror|drop     Whether captured packets also go on to the network stack (mirror) or no further (drop). [default: mirror]
            snaplen BYTES        Bytes kept of each packet, {CaptureSettings.MinSnaplen} to {CaptureSettings.MaxSnaplen}. [default: {CaptureSettings.DefaultSnaplen}]
            slots N              How many packets each processor has room for, a power of two. [default: {ModuleCaptureOptions.DefaultSlots}]
            filter TEXT          Capture only packets that match, see pcap-filter(7); one word, in quotes.
            """);
        var force = Force();
        var command = new Command("start", "Start a capture in the kernel module; /dev/mgcap/IF then has its packets.") { words, force };
        command.SetAction(parsed => Start(new KeywordArguments("mgcap start", parsed.GetValue(words)!, Mode, Snaplen, Slots, Filter), parsed.GetValue(force)));
        return command;
    }

    private static Command CreateStop()
    {
        var words = Words("dev IF  The interface.");
        var command = new Command("stop", "Stop the kernel module's capture on an interface.") { words };
        command.SetAction(parsed =>
        {
            var nic = Interface(new KeywordArguments("mgcap stop", parsed.GetValue(words)!));
            return Ask(nic.Name, module => module.Stop(nic.Index));
        });
        return command;
    }

    private static Command CreateSet()
    {
        var words = Words("""
            dev IF               The interface.
            mode mirror|drop     Whether captured packets also go on to the network stack (mirror) or no further (drop).
            """);
        var force = Force();
        var command = new Command("set", "Switch the mode of the kernel module's capture on an interface.") { words, force };
        command.SetAction(parsed =>
        {
            var arguments = new KeywordArguments("mgcap set", parsed.GetValue(words)!, Mode);
            var drop = IsDrop(arguments, arguments.Required(Mode));
            var nic = Interface(arguments);
            if (drop)
                DropGuards.FromForce(parsed.GetValue(force))?.Check(nic);
            return Ask(nic.Name, module => module.SetDrop(nic.Index, drop));
        });
        return command;
    }

    private static Command CreateShow()
    {
        var words = Words("dev IF  The interface; all of them where none is given.");
        var json = new Option<bool>("--json") { Description = "Write JSON, as 'ip -j mgcap show' does." };
        var command = new Command("show", "Show the kernel module's captures and what they have counted.") { words, json };
        command.SetAction(parsed =>
        {
            var arguments = new KeywordArguments("mgcap show", parsed.GetValue(words)!);
            var nic = arguments[KeywordArguments.Device] is null ? null : Interface(arguments);
            KmodCaptureRow[] captures = [];
            Ask(nic?.Name ?? "", module => captures = [.. (nic is null ? module.List() : [module.Get(nic.Index)]).Select(KmodCaptureRow.Of)]);
            Console.Out.WriteLine(parsed.GetValue(json) ? IpJson.Text(captures) : KmodCaptureRow.Table(captures));
            return ExitCode.Done;
        });
        return command;
    }

    private static int Start(KeywordArguments arguments, bool force)
    {
        var snaplen = arguments.Number(Snaplen, CaptureSettings.MinSnaplen, CaptureSettings.MaxSnaplen) ?? CaptureSettings.DefaultSnaplen;
        var slots = arguments.Number(Slots, ModuleCaptureOptions.MinSlots, ModuleCaptureOptions.MaxSlots);
        if (slots is { } count && !BitOperations.IsPow2(count))
            throw arguments.Wrong($"slots is a power of two, not '{count}'");
        var drop = arguments[Mode] is { } mode && IsDrop(arguments, mode);
        var nic = Interface(arguments);
        if (drop)
            DropGuards.FromForce(force)?.Check(nic);
        return Ask(nic.Name, module => module.Start(new ModuleCaptureOptions
        {
            InterfaceIndex = nic.Index,
            Drop = drop,
            Snaplen = snaplen,
            Slots = slots,
            Filter = KmodControl.CompileFilter(arguments[Filter], nic, snaplen),
        }));
    }

    private static int Ask(string interfaceName, Action<CaptureModule> ask)
    {
        using var module = KmodControl.Open();
        try
        {
            ask(module);
        }
        catch (LinuxException exception)
        {
            throw KmodControl.Refused(interfaceName, exception);
        }

        return ExitCode.Done;
    }

    private static CaptureInterface Interface(KeywordArguments arguments)
    {
        var name = arguments.Required(KeywordArguments.Device);
        return CaptureInterfaces.Find(name) switch
        {
            { Index: > 0 } nic => nic,
            { } any => throw new CaptureRefusedException(RefusalCode.InterfaceNotFound, $"{any.Name} is every interface; the module captures on one."),
            null => throw new CaptureRefusedException(RefusalCode.InterfaceNotFound, $"There is no interface {name}. 'mgcap interfaces' lists them."),
        };
    }

    private static bool IsDrop(KeywordArguments arguments, string mode) => arguments.Choice(Mode, mode, Mirror, Drop) == Drop;

    /// <summary>iproute2's keywords are no options to System.CommandLine, which only lists them.</summary>
    private static Argument<string[]> Words(string grammar) => new("KEYWORD VALUE") { Description = grammar, Arity = ArgumentArity.ZeroOrMore };

    private static Option<bool> Force() =>
        new(DropGuards.Override) { Description = "Drop even where that cuts off this SSH session or the default route." };
}
