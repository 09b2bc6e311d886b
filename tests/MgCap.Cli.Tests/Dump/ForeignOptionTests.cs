using System.Text.RegularExpressions;
using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Dump;

/// <summary>Options that people know from tcpdump(8) and dumpcap(1): each is taken, or one line says what there is instead.</summary>
public sealed partial class ForeignOptionTests : DumpTest
{
    // Of these the error is the same as for any option that lacks its value.
    private static readonly string[] _own =
        ["-a", "-b", "-c", "-d", "-f", "-i", "-m", "-Q", "-s", "-w", "--autostop", "--capture-comment", "--count", "--interface", "--ring-buffer", "--snapshot-length"];

    private static readonly string[] _listing = ["-D", "--list-interfaces", "-h", "--help"];

    [Fact]
    public void EveryOptionOfBothPrograms_IsTakenOrAnswered()
    {
        string[] options = [.. OptionsOfTcpdump().Concat(OptionsOfDumpcap()).Distinct().Order(StringComparer.Ordinal)];
        Assert.InRange(options.Length, 70, 200);
        var wrong = options.AsParallel().Select(option => (Option: option, Outcome: Mgcap.Run(null, "dump", "nosuch0", option)))
            .Where(each => !IsRight(each.Option, each.Outcome)).Select(each => $"{each.Option}: {each.Outcome.ExitCode} {each.Outcome.Errors}");
        Assert.Empty(wrong);
    }

    [RootTheory]
    [InlineData("-i", "cap0", "-n", "-U", "-v", "-q", "-p", "-c", "1", "udp")]
    [InlineData("-nvU", "-i", "cap0", "-c1", "-a", "duration:60", "udp")]
    [InlineData("-i", "cap0", "-Q", "in", "-c", "1", "udp", "and", "port", "61235")]
    [InlineData("cap0", "-c", "1", "udp port 61235")]
    public void LinesOfTcpdump_Capture(params string[] arguments)
    {
        using var run = Mgcap.StartCommand(Inside, Folder, [BuiltPrograms.CommandLine, "dump", .. arguments, "-w", FilePath]);
        run.WaitForStart();
        SendAll();
        Assert.Equal(0, run.WaitForExit().ExitCode);
        Assert.Equal([Expected()[0]], FramesOf(FilePath));
    }

    [RootFact]
    public void Duration_IsInSeconds()
    {
        var outcome = Mgcap.RunCommand(Inside, Folder, BuiltPrograms.CommandLine, "dump", "-i", "cap0", "-a", "duration:0.2", "-w", FilePath);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("Packets captured: 0", outcome.ErrorLines);
    }

    private static bool IsRight(string option, Outcome outcome) => outcome.ExitCode switch
    {
        0 => _listing.Contains(option),
        // It was taken, so the missing interface is what is wrong.
        1 => outcome.Errors.StartsWith("mgcap: There is no interface nosuch0.", StringComparison.Ordinal),
        _ => outcome.ErrorLines.Length == 1
            && (outcome.Errors.StartsWith($"mgcap: there is no {option}: ", StringComparison.Ordinal)
                || (_own.Contains(option) && outcome.Errors.StartsWith("mgcap: Required argument missing for option", StringComparison.Ordinal))),
    };

    private static IEnumerable<string> OptionsOfTcpdump()
    {
        var usage = Tool.Run("sh", "-c", "tcpdump --help 2>&1");
        var letters = Letters().Match(usage).Groups["letters"].Value;
        return [.. letters.Select(letter => $"-{letter}"), .. Bracketed().Matches(usage).Select(match => match.Groups["option"].Value)];
    }

    private static IEnumerable<string> OptionsOfDumpcap()
    {
        var help = Tool.Run("dumpcap", "--help");
        return Listed().Matches(help[help.IndexOf("Capture interface:", StringComparison.Ordinal)..])
            .SelectMany(match => match.Groups["option"].Captures).Select(capture => capture.Value);
    }

    [GeneratedRegex(@"Usage: tcpdump \[-(?<letters>[A-Za-z#]+)\]")]
    private static partial Regex Letters();

    [GeneratedRegex(@"\[ (?<option>--?[A-Za-z-]+)")]
    private static partial Regex Bracketed();

    [GeneratedRegex(@"^  (?<option>--?[A-Za-z][a-z-]*)( <[^>]*>[^-\n]*)?(, (?<option>--[a-z-]+))?", RegexOptions.Multiline)]
    private static partial Regex Listed();
}
