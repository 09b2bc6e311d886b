using System.CommandLine;
using MgCap.Capture;
using MgCap.Capture.Pcapng;
using static MgCap.Cli.CommandOptions;

namespace MgCap.Cli;

/// <summary><c>mgcap dump</c>: captures into a file or a pipe.</summary>
internal static class DumpCommand
{
    private const string Description = "Capture an interface into a PCAP-NG file until interrupted (Ctrl+C).";

    private static readonly Option<string?> _file = new("--write", "-w")
    {
        Description = "The file to write, in the place of one that is there, or - for standard output. [default: output.pcapng, or output-2.pcapng and so on where that is there]",
        HelpName = "FILE",
    };

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

    private static readonly Option<bool> _older = new("--pcap", "-P") { Description = "Write the older format, PCAP with nanoseconds, which has packets alone: for tools that read nothing else." };

    private static readonly Option<bool> _list = new("--list-interfaces", "-D") { Description = "List the interfaces, as 'mgcap interfaces' does, and capture nothing." };

    private static readonly Option<bool> _live = new("--live") { Description = "Write packets to standard output too, as they come; a reader that is too slow misses some, the file none." };

    private static readonly Option<bool> _json = new("--json") { Description = "Write the summary to standard output, as JSON." };

    internal static Command Create()
    {
        CaptureOptions.TcpdumpDirection.Hidden = true;
        var command = new Command("dump", Description)
        {
            CaptureOptions.Device, CaptureOptions.Words, CaptureOptions.Interface, _file, CaptureOptions.Snaplen, CaptureOptions.Filter, CaptureOptions.Mode, CaptureOptions.Force,
            CaptureOptions.Direction, CaptureOptions.Engine, _packets, _autoStop, _ringBuffer, CaptureOptions.NoPromiscuous, CaptureOptions.Hwtstamp, CaptureOptions.Comment,
            CaptureOptions.Quiet, _older, _list, _live, _json, CaptureOptions.TcpdumpDirection, ForeignOptions.Ignored,
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
        var form = parsed.GetValue(_older) ? PacketForm.Pcap : PacketForm.Pcapng;
        if (form == PacketForm.Pcap && settings.Comment != "")
            throw new UsageException($"{CaptureOptions.Comment.Name} needs PCAP-NG: the older format (-P) has no place for it");
        var output = new DumpOutput(parsed.GetValue(_file), rotation, form, names);
        if (rotation is not null && output.IsStandardOutput)
            throw new UsageException("-b needs a file's name with -w: standard output is one stream");
        var live = parsed.GetValue(_live);
        if (live && (output.IsStandardOutput || printNames is "-" or "stdout"))
            throw new UsageException("--live writes to standard output, which something else is written to already");
        using var run = new DumpRun(
            settings, output, form, live, parsed.GetValue(_json), parsed.GetValue(CaptureOptions.Quiet), DropGuards.FromForce(parsed.GetValue(CaptureOptions.Force)));
        return await run.RunAsync();
    }

    private static CaptureSettings Settings(ParseResult parsed, Rotation? rotation) => CaptureOptions.Check(
        CaptureOptions.Read(parsed) with { Stop = StopConditionsParser.Parse(parsed.GetValue(_packets), parsed.GetValue(_autoStop) ?? []), Rotate = rotation }, OptionOf);

    private static string? OptionOf(string field) => field switch
    {
        "stop.packets" => _packets.Aliases.First(),
        "stop.bytes" => $"{_autoStop.Aliases.First()} bytes:N",
        "stop.seconds" => $"{_autoStop.Aliases.First()} seconds:N",
        "rotate" => _ringBuffer.Aliases.First(),
        "rotate.bytes" => $"{_ringBuffer.Aliases.First()} filesize:KB",
        "rotate.seconds" => $"{_ringBuffer.Aliases.First()} duration:SECONDS",
        "rotate.packets" => $"{_ringBuffer.Aliases.First()} packets:N",
        "rotate.files" => $"{_ringBuffer.Aliases.First()} files:N",
        _ => null,
    };
}
