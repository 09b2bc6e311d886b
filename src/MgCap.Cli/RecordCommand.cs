using System.CommandLine;
using System.Globalization;
using MgCap.Capture;

namespace MgCap.Cli;

/// <summary><c>mgcap record</c>: keeps the newest packets in memory, and writes those around a moment to a file.</summary>
internal static class RecordCommand
{
    private const string Description =
        "Keep the newest packets of an interface in memory, and save them to a file when a trigger goes off, or on SIGUSR1; until interrupted (Ctrl+C).";

    private static readonly RecorderTrigger _usual = new();

    private static readonly Option<string> _file = new("--write", "-w")
    {
        Description = "What files are called: with FILE.pcapng they are FILE_00001_DATE.pcapng and so on.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "recorded.pcapng",
    };

    private static readonly Option<string[]> _keep = new("--keep", "-k")
    {
        Description = $"Keep the newest seconds:N, or bytes:N of memory, or both. [default: bytes:{RecorderSettings.DefaultBytes}]",
        HelpName = "HOW-MUCH",
    };

    private static readonly Option<string[]> _on = new("--on", "-o")
    {
        Description = "Save as soon as packets:N or bits:N are captured within a second, a packet matches filter:FILTER, or one is lost (loss); each of several -o by itself.",
        HelpName = "TRIGGER",
    };

    private static readonly Option<double> _before = Seconds("--before", "Seconds before that moment that are saved.", _usual.Before);

    private static readonly Option<double> _after = Seconds("--after", "Seconds after it that are saved.", _usual.After);

    private static readonly Option<double> _pause = Seconds("--pause", "Seconds in which a trigger that went off does nothing more.", _usual.PauseSeconds);

    internal static Command Create()
    {
        var command = new Command("record", Description)
        {
            CaptureOptions.Device, CaptureOptions.Words, CaptureOptions.Interface, _file, _keep, _on, _before, _after, _pause, CaptureOptions.Snaplen, CaptureOptions.Filter,
            CaptureOptions.Mode, CaptureOptions.Force, CaptureOptions.Direction, CaptureOptions.Engine, CaptureOptions.NoPromiscuous, CaptureOptions.Hwtstamp, CaptureOptions.Comment,
            CaptureOptions.Quiet,
        };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        if (parsed.GetValue(_file) is null or "" or "-")
            throw new UsageException($"{_file.Aliases.First()} needs the name of a file: what is saved is a file each time");
        var settings = CaptureOptions.Check(
            CaptureOptions.Read(parsed) with { Recorder = ReadKeep(parsed.GetValue(_keep) ?? []), Triggers = [.. (parsed.GetValue(_on) ?? []).Select(text => ReadTrigger(parsed, text))] }, OptionOf);
        using var run = new RecordRun(
            settings, parsed.GetValue(_file)!, parsed.GetValue(_before), parsed.GetValue(_after), parsed.GetValue(CaptureOptions.Quiet), DropGuards.FromForce(parsed.GetValue(CaptureOptions.Force)));
        return await run.RunAsync();
    }

    private static RecorderSettings ReadKeep(IEnumerable<string> words)
    {
        var recorder = new RecorderSettings();
        foreach (var word in words)
        {
            recorder = word.Split(':') switch
            {
                ["seconds" or "duration", var text] when Number(text) is { } seconds => recorder with { Seconds = seconds },
                ["bytes", var text] when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) => recorder with { Bytes = bytes },
                _ => throw new UsageException($"-k {word}: write seconds:N or bytes:N"),
            };
        }

        return recorder;
    }

    private static RecorderTrigger ReadTrigger(ParseResult parsed, string text)
    {
        var trigger = new RecorderTrigger { Before = parsed.GetValue(_before), After = parsed.GetValue(_after), PauseSeconds = parsed.GetValue(_pause) };
        return text.Split(':', 2) switch
        {
            ["packets", var rate] when Number(rate) is { } packets => trigger with { PacketsPerSecond = packets },
            ["bits", var rate] when Number(rate) is { } bits => trigger with { BitsPerSecond = bits },
            ["filter", var filter] when !string.IsNullOrWhiteSpace(filter) => trigger with { Filter = filter },
            ["loss"] => trigger with { Loss = true },
            _ => throw new UsageException($"-o {text}: write packets:N, bits:N, filter:FILTER or loss"),
        };
    }

    private static string? OptionOf(string field) => field switch
    {
        "recorder.bytes" => $"{_keep.Aliases.First()} bytes:N",
        "recorder.seconds" => $"{_keep.Aliases.First()} seconds:N",
        _ when field.EndsWith(".before", StringComparison.Ordinal) => _before.Name,
        _ when field.EndsWith(".after", StringComparison.Ordinal) => _after.Name,
        _ when field.EndsWith(".pauseSeconds", StringComparison.Ordinal) => _pause.Name,
        _ when field.StartsWith("triggers", StringComparison.Ordinal) => _on.Aliases.First(),
        _ => null,
    };

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static Option<double> Seconds(string name, string description, double usual) => new(name)
    {
        Description = description,
        HelpName = "SECONDS",
        DefaultValueFactory = _ => usual,
        CustomParser = argument =>
        {
            if (Number(argument.Tokens[0].Value) is { } seconds)
                return seconds;
            argument.AddError($"{name} {argument.Tokens[0].Value}: write a number of seconds");
            return default;
        },
    };
}
