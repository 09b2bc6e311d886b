using System.CommandLine;
using System.CommandLine.Parsing;
using MgCap.Capture;
using MgCap.Capture.Engines;
using MgCap.Capture.Interfaces;
using static MgCap.Cli.CommandOptions;

namespace MgCap.Cli;

/// <summary>What <c>mgcap dump</c> and <c>mgcap record</c> capture, and how.</summary>
internal static class CaptureOptions
{
    private const string DeviceFolder = "/dev/mgcap/";

    internal static Argument<string?> Device { get; } = new("IF")
    {
        Description = "The interface, by its name or as /dev/mgcap/IF; the same as -i IF.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    internal static Argument<string[]> Words { get; } = new("FILTER")
    {
        Description = "Capture only packets that match; the same as -f FILTER. Options that tcpdump and dumpcap have are taken where they change nothing here; others say what there is instead.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    internal static Option<string[]> Interface { get; } = new("--interface", "-i") { Description = "The interface; 'mgcap interfaces' lists them, and any is every one. With several -i one file has the packets of all.", HelpName = "IF" };

    internal static Option<int> Snaplen { get; } = new("--snaplen", "-s", "--snapshot-length")
    {
        Description = $"Bytes kept of each packet, {CaptureSettings.MinSnaplen} to {CaptureSettings.MaxSnaplen}.",
        HelpName = "BYTES",
        DefaultValueFactory = _ => CaptureSettings.DefaultSnaplen,
        CustomParser = WholeNumber<int>,
    };

    internal static Option<string?> Filter { get; } = new("--filter", "-f") { Description = "Capture only packets that match, see pcap-filter(7).", HelpName = "FILTER" };

    internal static Option<string> Mode { get; } = Choice("--mode", "-m", "Whether captured packets also go on to the network stack (mirror) or no further (drop).", "mirror", "drop");

    internal static Option<bool> Force { get; } = new(DropGuards.Override) { Description = "Drop even where that cuts off this SSH session or the default route." };

    internal static Option<string?> Direction { get; } = Choice<string?>("--direction", "-d", "Whether received packets (in), sent ones (out) or both are captured. [default: both; with -m drop: in]", "in", "out", "both");

    internal static Option<string> Engine { get; } = Choice("--engine", null, "How packets are taken from the interface; auto is the fastest way that can do what is asked.", [.. CaptureEngines.Names]);

    internal static Option<bool> NoPromiscuous { get; } = new("--no-promiscuous", "-p", "--no-promiscuous-mode") { Description = "Capture only what is addressed to this host: no promiscuous mode." };

    internal static Option<bool> Hwtstamp { get; } = new("--hwtstamp") { Description = "Take time stamps from the network card, not from the kernel." };

    internal static Option<string?> Comment { get; } = new("--capture-comment") { Description = "A comment for the file's head.", HelpName = "TEXT" };

    internal static Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Do not show the counts while it captures." };

    // tcpdump's name of --direction.
    internal static Option<string?> TcpdumpDirection { get; } = Choice<string?>("-Q", null, "", "in", "out", "inout");

    /// <summary>The settings that are asked for.</summary>
    internal static CaptureSettings Read(ParseResult parsed)
    {
        var (names, filter) = InterfacesAndFilter(parsed);
        return new CaptureSettings
        {
            Interfaces = names,
            Snaplen = parsed.GetValue(Snaplen),
            Filter = filter,
            Comment = parsed.GetValue(Comment) ?? "",
            Mode = Enum.Parse<CaptureMode>(parsed.GetValue(Mode)!, ignoreCase: true),
            Direction = DirectionOf(parsed),
            Engine = parsed.GetValue(Engine)!,
            Promiscuous = !parsed.GetValue(NoPromiscuous),
            Hwtstamp = parsed.GetValue(Hwtstamp),
        };
    }

    /// <summary>Says what is wrong with settings.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="optionOf">The command's own option for a field; null where that is none of its own.</param>
    /// <returns>The same settings.</returns>
    /// <exception cref="UsageException">Something is.</exception>
    internal static CaptureSettings Check(CaptureSettings settings, Func<string, string?> optionOf)
    {
        var problems = CaptureSettingsCheck.Check(settings);
        return problems.Count == 0
            ? settings
            : throw new UsageException(string.Join("; ", problems.Select(problem => $"{optionOf(problem.Field) ?? OptionOf(problem.Field)} {problem.Message}")));
    }

    private static string OptionOf(string field) => field switch
    {
        "interface" => "the interface",
        _ when field.StartsWith("interfaces", StringComparison.Ordinal) => Interface.Aliases.First(),
        "comment" => Comment.Name,
        "hwtstamp" => Hwtstamp.Name,
        "snaplen" => Snaplen.Aliases.First(),
        "filter" => Filter.Aliases.First(),
        _ => field,
    };

    private static CaptureDirection? DirectionOf(ParseResult parsed)
    {
        var (own, tcpdumps) = (parsed.GetValue(Direction), parsed.GetValue(TcpdumpDirection));
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
    private static (IReadOnlyList<string> Interfaces, string? Filter) InterfacesAndFilter(ParseResult parsed)
    {
        string[] words = [.. parsed.GetValue(Device) is { } device ? [device] : Array.Empty<string>(), .. parsed.GetValue(Words) ?? []];
        var given = parsed.GetValue(Interface) ?? [];
        // No word of a filter begins so, but for a number below 0.
        if (Array.Find(words, word => word.Length > 1 && word[0] == '-' && !char.IsAsciiDigit(word[1])) is { } unknown && parsed.Tokens.All(token => token.Type != TokenType.DoubleDash))
            throw new UsageException($"there is no option {unknown}; 'mgcap {parsed.CommandResult.Command.Name} --help' lists them");
        if (given.Length > 0)
            return ([.. given.Select(WithoutFolder)], FilterOf(parsed, words, given[^1]));
        if (words.Length == 0)
            throw new UsageException("which interface? Give -i IF; 'mgcap interfaces' lists them");
        return ([WithoutFolder(words[0])], FilterOf(parsed, words[1..], null));
    }

    private static string? FilterOf(ParseResult parsed, string[] words, string? given)
    {
        var option = parsed.GetValue(Filter);
        if (words.Length == 0)
            return option;
        if (given is not null && (words[0].StartsWith(DeviceFolder, StringComparison.Ordinal) || CaptureInterfaces.Find(words[0]) is not null))
            throw new UsageException($"{words[0]} stands where the filter is to be: give each interface with -i (-i {given} -i {words[0]})");
        return option is null ? string.Join(' ', words) : throw new UsageException($"one filter at a time: -f '{option}' or '{string.Join(' ', words)}'");
    }

    private static string WithoutFolder(string name) => name.StartsWith(DeviceFolder, StringComparison.Ordinal) ? name[DeviceFolder.Length..] : name;
}
