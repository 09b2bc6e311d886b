using System.CommandLine;
using MgCap.Capture;
using static MgCap.Cli.CommandOptions;

namespace MgCap.Cli;

/// <summary><c>mgcap dump</c>: captures into a file or a pipe.</summary>
internal static class DumpCommand
{
    private const string DeviceFolder = "/dev/mgcap/";
    private const string DefaultFile = "output.pcapng";

    private static readonly Argument<string?> _device = new("IF")
    {
        Description = "The interface, by its name or as /dev/mgcap/IF; the same as -i IF.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> _interface = new("--interface", "-i") { Description = "The interface; 'mgcap interfaces' lists them.", HelpName = "IF" };

    private static readonly Option<string> _file = new("--write", "-w")
    {
        Description = "The file to write, or - for standard output.",
        HelpName = "FILE",
        DefaultValueFactory = _ => DefaultFile,
    };

    private static readonly Option<int> _snaplen = new("--snaplen", "-s")
    {
        Description = $"Bytes kept of each packet, {CaptureSettings.ShortestSnaplen} to {CaptureSettings.LongestSnaplen}.",
        HelpName = "BYTES",
        DefaultValueFactory = _ => CaptureSettings.DefaultSnaplen,
        CustomParser = WholeNumber<int>,
    };

    private static readonly Option<string?> _filter = new("--filter", "-f") { Description = "Capture only packets that match, see pcap-filter(7).", HelpName = "FILTER" };

    private static readonly Option<string> _mode = Choice("--mode", "-m", "Whether captured packets also go on to the network stack (mirror) or no further (drop).", "mirror", "drop");

    private static readonly Option<bool> _force = new(DropGuards.Override) { Description = "Drop even where that cuts off this SSH session or the default route." };

    private static readonly Option<string?> _direction = Choice<string?>("--direction", "-d", "Whether received packets (in), sent ones (out) or both are captured. [default: both; with -m drop: in]", "in", "out", "both");

    private static readonly Option<string> _engine = Choice("--engine", null, "How packets are taken from the interface; auto is the fastest way that can do what is asked.", "auto", "xdp", "kmod", "packet");

    private static readonly Option<long> _packets = new("--count", "-c")
    {
        Description = "Stop after this many captured packets.",
        HelpName = "PACKETS",
        CustomParser = WholeNumber<long>,
    };

    private static readonly Option<string[]> _autoStop = new("--autostop", "-a")
    {
        Description = "Stop after seconds:N, bytes:N or packets:N, whichever comes first of several -a.",
        HelpName = "CONDITION",
    };

    private static readonly Option<bool> _noPromiscuous = new("--no-promiscuous", "-p") { Description = "Capture only what is addressed to this host: no promiscuous mode." };

    private static readonly Option<bool> _hwtstamp = new("--hwtstamp") { Description = "Take time stamps from the network card, not from the kernel." };

    private static readonly Option<bool> _json = new("--json") { Description = "Write the summary to standard output, as JSON." };

    internal static Command Create()
    {
        var command = new Command("dump", "Capture an interface into a PCAP-NG file until interrupted (Ctrl+C).")
        {
            _device, _interface, _file, _snaplen, _filter, _mode, _force, _direction, _engine, _packets, _autoStop, _noPromiscuous, _hwtstamp, _json,
        };
        command.SetAction((parsed, _) => DumpRun.RunAsync(Settings(parsed), parsed.GetValue(_file)!, parsed.GetValue(_json), DropGuards.Unless(parsed.GetValue(_force))));
        return command;
    }

    private static CaptureSettings Settings(ParseResult parsed)
    {
        var settings = new CaptureSettings
        {
            Interface = InterfaceName(parsed.GetValue(_device), parsed.GetValue(_interface)),
            Snaplen = parsed.GetValue(_snaplen),
            Filter = parsed.GetValue(_filter),
            Mode = Enum.Parse<CaptureMode>(parsed.GetValue(_mode)!, ignoreCase: true),
            Direction = parsed.GetValue(_direction) is { } direction ? Enum.Parse<CaptureDirection>(direction, ignoreCase: true) : null,
            Engine = Enum.Parse<CaptureEngineKind>(parsed.GetValue(_engine)!, ignoreCase: true),
            Promiscuous = !parsed.GetValue(_noPromiscuous),
            Hwtstamp = parsed.GetValue(_hwtstamp),
            Stop = StopConditionsParser.Parse(parsed.GetValue(_packets), parsed.GetValue(_autoStop) ?? []),
        };
        var problems = CaptureSettingsCheck.Check(settings);
        return problems.Count == 0
            ? settings
            : throw new UsageException(string.Join("; ", problems.Select(problem => $"{OptionOf(problem.Field)} {problem.Message}")));
    }

    private static string OptionOf(string field) => field switch
    {
        "interface" => "the interface",
        "snaplen" => _snaplen.Aliases.First(),
        "filter" => _filter.Aliases.First(),
        "stop.packets" => _packets.Aliases.First(),
        "stop.bytes" => $"{_autoStop.Aliases.First()} bytes:N",
        "stop.seconds" => $"{_autoStop.Aliases.First()} seconds:N",
        _ => field,
    };

    private static string InterfaceName(string? device, string? option)
    {
        if (device is null && option is null)
            throw new UsageException("which interface? Give -i IF; 'mgcap interfaces' lists them");
        if (device is not null && option is not null)
            throw new UsageException($"one interface at a time: {device} or -i {option}");
        var name = device ?? option!;
        if (name.StartsWith('-'))
            throw new UsageException($"there is no option {name}; 'mgcap dump --help' lists them");
        return name.StartsWith(DeviceFolder, StringComparison.Ordinal) ? name[DeviceFolder.Length..] : name;
    }
}
