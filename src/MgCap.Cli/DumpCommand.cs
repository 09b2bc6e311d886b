using System.CommandLine;
using System.CommandLine.Parsing;
using MgCap.Capture;
using MgCap.Capture.Engines;
using MgCap.Capture.Interfaces;
using static MgCap.Cli.CommandOptions;

namespace MgCap.Cli;

/// <summary><c>mgcap dump</c>: captures into a file or a pipe.</summary>
internal static class DumpCommand
{
    private const string DeviceFolder = "/dev/mgcap/";

    private const string Description = "Capture an interface into a PCAP-NG file until interrupted (Ctrl+C).";

    private static readonly Argument<string?> _device = new("IF")
    {
        Description = "The interface, by its name or as /dev/mgcap/IF; the same as -i IF.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Argument<string[]> _words = new("FILTER")
    {
        Description = "Capture only packets that match; the same as -f FILTER. Options that tcpdump and dumpcap have are taken where they change nothing here; others say what there is instead.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string[]> _interface = new("--interface", "-i") { Description = "The interface; 'mgcap interfaces' lists them.", HelpName = "IF" };

    private static readonly Option<string?> _file = new("--write", "-w")
    {
        Description = "The file to write, in the place of one that is there, or - for standard output. [default: output.pcapng, or output-2.pcapng and so on where that is there]",
        HelpName = "FILE",
    };

    private static readonly Option<int> _snaplen = new("--snaplen", "-s", "--snapshot-length")
    {
        Description = $"Bytes kept of each packet, {CaptureSettings.MinSnaplen} to {CaptureSettings.MaxSnaplen}.",
        HelpName = "BYTES",
        DefaultValueFactory = _ => CaptureSettings.DefaultSnaplen,
        CustomParser = WholeNumber<int>,
    };

    private static readonly Option<string?> _filter = new("--filter", "-f") { Description = "Capture only packets that match, see pcap-filter(7).", HelpName = "FILTER" };

    private static readonly Option<string> _mode = Choice("--mode", "-m", "Whether captured packets also go on to the network stack (mirror) or no further (drop).", "mirror", "drop");

    private static readonly Option<bool> _force = new(DropGuards.Override) { Description = "Drop even where that cuts off this SSH session or the default route." };

    private static readonly Option<string?> _direction = Choice<string?>("--direction", "-d", "Whether received packets (in), sent ones (out) or both are captured. [default: both; with -m drop: in]", "in", "out", "both");

    private static readonly Option<string> _engine = Choice("--engine", null, "How packets are taken from the interface; auto is the fastest way that can do what is asked.", [.. CaptureEngines.Names]);

    private static readonly Option<long> _packets = new("--count", "-c")
    {
        Description = "Stop after this many captured packets.",
        HelpName = "PACKETS",
        CustomParser = WholeNumber<long>,
    };

    private static readonly Option<string[]> _autoStop = new("--autostop", "-a")
    {
        Description = "Stop after seconds:N (or duration:N), bytes:N or packets:N, whichever comes first of several -a.",
        HelpName = "CONDITION",
    };

    private static readonly Option<string[]> _ringBuffer = new("--ring-buffer", "-b")
    {
        Description = "Begin a new file after filesize:KB, duration:SECONDS or packets:N, or at multiples of interval:SECONDS; files:N keeps the newest N, printname:FILE names those that have ended.",
        HelpName = "CONDITION",
    };

    private static readonly Option<bool> _noPromiscuous = new("--no-promiscuous", "-p", "--no-promiscuous-mode") { Description = "Capture only what is addressed to this host: no promiscuous mode." };

    private static readonly Option<bool> _hwtstamp = new("--hwtstamp") { Description = "Take time stamps from the network card, not from the kernel." };

    private static readonly Option<string?> _comment = new("--capture-comment") { Description = "A comment for the file's head.", HelpName = "TEXT" };

    private static readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Do not show the counts while it captures." };

    private static readonly Option<bool> _list = new("--list-interfaces", "-D") { Description = "List the interfaces, as 'mgcap interfaces' does, and capture nothing." };

    // tcpdump's name of --direction.
    private static readonly Option<string?> _tcpdumpDirection = Choice<string?>("-Q", null, "", "in", "out", "inout");

    private static readonly Option<bool> _live = new("--live") { Description = "Write packets to standard output too, as they come; a reader that is too slow misses some, the file none." };

    private static readonly Option<bool> _json = new("--json") { Description = "Write the summary to standard output, as JSON." };

    internal static Command Create()
    {
        _tcpdumpDirection.Hidden = true;
        var command = new Command("dump", Description)
        {
            _device, _words, _interface, _file, _snaplen, _filter, _mode, _force, _direction, _engine, _packets, _autoStop, _ringBuffer, _noPromiscuous, _hwtstamp, _comment, _quiet, _list, _live, _json,
            _tcpdumpDirection, ForeignOptions.Ignored,
        };
        command.SetAction((parsed, _) => parsed.GetValue(_list) ? Task.FromResult(InterfacesCommand.List(parsed.GetValue(_json))) : RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        if (parsed.GetValue(_file) is "")
            throw new UsageException($"{_file.Aliases.First()} needs the name of a file, or - for standard output");
        var (rotation, printNames) = RotationParser.Parse(parsed.GetValue(_ringBuffer) ?? []);
        var settings = Settings(parsed, rotation);
        using var names = new FileNames(printNames);
        var output = new DumpOutput(parsed.GetValue(_file), rotation, names);
        if (rotation is not null && output.IsStandardOutput)
            throw new UsageException("-b needs a file's name with -w: standard output is one stream");
        var live = parsed.GetValue(_live);
        if (live && (output.IsStandardOutput || printNames is "-" or "stdout"))
            throw new UsageException("--live writes to standard output, which something else is written to already");
        using var run = new DumpRun(
            settings, output, live, parsed.GetValue(_json), parsed.GetValue(_quiet), DropGuards.FromForce(parsed.GetValue(_force)));
        return await run.RunAsync();
    }

    private static CaptureSettings Settings(ParseResult parsed, Rotation? rotation)
    {
        var (name, filter) = InterfaceAndFilter(parsed);
        var settings = new CaptureSettings
        {
            Interface = name,
            Snaplen = parsed.GetValue(_snaplen),
            Filter = filter,
            Comment = parsed.GetValue(_comment) ?? "",
            Mode = Enum.Parse<CaptureMode>(parsed.GetValue(_mode)!, ignoreCase: true),
            Direction = Direction(parsed),
            Engine = parsed.GetValue(_engine)!,
            Promiscuous = !parsed.GetValue(_noPromiscuous),
            Hwtstamp = parsed.GetValue(_hwtstamp),
            Stop = StopConditionsParser.Parse(parsed.GetValue(_packets), parsed.GetValue(_autoStop) ?? []),
            Rotate = rotation,
        };
        var problems = CaptureSettingsCheck.Check(settings);
        return problems.Count == 0
            ? settings
            : throw new UsageException(string.Join("; ", problems.Select(problem => $"{OptionOf(problem.Field)} {problem.Message}")));
    }

    private static string OptionOf(string field) => field switch
    {
        "interface" => "the interface",
        "comment" => _comment.Name,
        "snaplen" => _snaplen.Aliases.First(),
        "filter" => _filter.Aliases.First(),
        "stop.packets" => _packets.Aliases.First(),
        "stop.bytes" => $"{_autoStop.Aliases.First()} bytes:N",
        "stop.seconds" => $"{_autoStop.Aliases.First()} seconds:N",
        "rotate" => _ringBuffer.Aliases.First(),
        "rotate.bytes" => $"{_ringBuffer.Aliases.First()} filesize:KB",
        "rotate.seconds" => $"{_ringBuffer.Aliases.First()} duration:SECONDS",
        "rotate.packets" => $"{_ringBuffer.Aliases.First()} packets:N",
        "rotate.files" => $"{_ringBuffer.Aliases.First()} files:N",
        _ => field,
    };

    private static CaptureDirection? Direction(ParseResult parsed)
    {
        var (own, tcpdumps) = (parsed.GetValue(_direction), parsed.GetValue(_tcpdumpDirection));
        if (own is not null && tcpdumps is not null)
            throw new UsageException("one of -d and -Q at a time");
        return (own ?? tcpdumps) switch
        {
            null => null,
            "inout" => CaptureDirection.Both,
            var given => Enum.Parse<CaptureDirection>(given, ignoreCase: true),
        };
    }

    /// <summary>What stands without an option is the interface, then the filter; all of it is the filter where -i gives the interface, as with tcpdump.</summary>
    private static (string Interface, string? Filter) InterfaceAndFilter(ParseResult parsed)
    {
        string[] words = [.. parsed.GetValue(_device) is { } device ? [device] : Array.Empty<string>(), .. parsed.GetValue(_words) ?? []];
        var given = parsed.GetValue(_interface) ?? [];
        if (given.Length > 1)
            throw new UsageException($"one interface at a time: -i {given[0]} or -i {given[1]}; run mgcap dump for each");
        if (given.Length == 1)
            return (WithoutFolder(given[0]), Filter(parsed, words, given[0]));
        if (words.Length == 0)
            throw new UsageException("which interface? Give -i IF; 'mgcap interfaces' lists them");
        if (words[0].StartsWith('-') && parsed.Tokens.All(token => token.Type != TokenType.DoubleDash))
            throw new UsageException($"there is no option {words[0]}; 'mgcap dump --help' lists them");
        return (WithoutFolder(words[0]), Filter(parsed, words[1..], null));
    }

    private static string? Filter(ParseResult parsed, string[] words, string? given)
    {
        var option = parsed.GetValue(_filter);
        if (words.Length == 0)
            return option;
        if (given is not null && (words[0].StartsWith(DeviceFolder, StringComparison.Ordinal) || CaptureInterfaces.Find(words[0]) is not null))
            throw new UsageException($"one interface at a time: {words[0]} or -i {given}");
        return option is null ? string.Join(' ', words) : throw new UsageException($"one filter at a time: -f '{option}' or '{string.Join(' ', words)}'");
    }

    private static string WithoutFolder(string name) => name.StartsWith(DeviceFolder, StringComparison.Ordinal) ? name[DeviceFolder.Length..] : name;
}
