using System.CommandLine;
using System.Globalization;
using System.Net.NetworkInformation;
using MgCap.Capture.Traffic;
using static MgCap.Cli.CommandOptions;

namespace MgCap.Cli;

/// <summary><c>mgcap gen</c>: sends numbered packets, for tests and measurements.</summary>
internal static class GenCommand
{
    private static readonly Option<string?> _interface = new("--interface", "-i") { Description = "The interface that sends.", HelpName = "IF" };

    private static readonly Option<long> _packets = Number<long>("--count", "-n", "PACKETS", "How many packets, of all threads together; 0 sends until interrupted.", 0);

    private static readonly Option<long> _rate = Number<long>("--rate", "-r", "PPS", "Packets a second, of all threads together; 0 is as fast as possible.", 0);

    private static readonly Option<int> _length = Number(
        "--length", "-l", "LENGTH",
        $"Length of each frame without FCS, {TrafficSettings.MinFrameLength} (IPv6: 80) to {TrafficSettings.MaxFrameLength} bytes.", TrafficSettings.DefaultFrameLength);

    private static readonly Option<int> _flows = Number("--flows", null, "N", $"How many flows, which differ in their source port, 1 to {TrafficSettings.MaxFlows}.", 1);

    private static readonly Option<int> _threads = Number("--threads", null, "N", "How many threads send; each numbers its packets from 0.", 1);

    private static readonly Option<string[]> _cores = new("--core") { Description = "Pin the threads to these cores in turn: --core 0,2 or --core 0 --core 2.", HelpName = "CORE" };

    private static readonly Option<bool> _ipv4 = new("-4") { Description = "Send UDP over IPv4. This is the default." };

    private static readonly Option<bool> _ipv6 = new("-6") { Description = "Send UDP over IPv6." };

    private static readonly Option<string> _destination = new("--dst-mac")
    {
        Description = "The link-layer address that frames are sent to.",
        HelpName = "MAC",
        DefaultValueFactory = _ => "02:00:00:00:00:02",
    };

    private static readonly Option<string> _method = Choice(
        "--method", null, "How frames are sent: made by an XDP program in the kernel (a veth with GRO or XDP at its other end), or by packet sockets.", "auto", "xdp", "packet");

    private static readonly Option<bool> _json = new("--json") { Description = "Write the summary as JSON." };

    internal static Command Create()
    {
        var command = new Command("gen", "Send numbered UDP packets, so that losses can be counted, until interrupted (Ctrl+C).")
        {
            _interface, _packets, _rate, _length, _flows, _threads, _cores, _ipv4, _ipv6, _destination, _method, _json,
        };
        command.SetAction(parsed => GenRun.Run(Settings(parsed), parsed.GetValue(_json)));
        return command;
    }

    private static TrafficSettings Settings(ParseResult parsed)
    {
        if (parsed.GetValue(_ipv4) && parsed.GetValue(_ipv6))
            throw new UsageException("one of -4 and -6 at a time");
        var settings = new TrafficSettings
        {
            Interface = parsed.GetValue(_interface) ?? throw new UsageException("which interface? Give -i IF; 'mgcap interfaces' lists them"),
            Packets = parsed.GetValue(_packets),
            Rate = parsed.GetValue(_rate),
            FrameLength = parsed.GetValue(_length),
            IPv6 = parsed.GetValue(_ipv6),
            Flows = parsed.GetValue(_flows),
            Threads = parsed.GetValue(_threads),
            Cores = [.. (parsed.GetValue(_cores) ?? []).SelectMany(list => list.Split(',')).Select(Core)],
            Destination = Address(parsed.GetValue(_destination)!),
            Method = Enum.Parse<TrafficMethod>(parsed.GetValue(_method)!, ignoreCase: true),
        };
        var problems = TrafficSettingsCheck.Check(settings);
        return problems.Count == 0
            ? settings
            : throw new UsageException(string.Join("; ", problems.Select(problem => $"{OptionOf(problem.Field)} {problem.Message}")));
    }

    private static string OptionOf(string field) => field switch
    {
        "interface" => "the interface",
        "packets" => "-n",
        "rate" => "-r",
        "frameLength" => "-l",
        "cores" => _cores.Name,
        "destination" => _destination.Name,
        _ => $"--{field}",
    };

    private static int Core(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var core)
        ? core
        : throw new UsageException($"{_cores.Name} {text}: write the number of a core, or several with commas");

    private static PhysicalAddress Address(string text) => PhysicalAddress.TryParse(text, out var address)
        ? address
        : throw new UsageException($"{_destination.Name} {text}: write a link-layer address such as 02:00:00:00:00:02");
}
