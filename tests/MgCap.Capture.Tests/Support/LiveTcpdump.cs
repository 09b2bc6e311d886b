using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Support;

/// <summary>tcpdump(8) as it captures on an interface, into a file.</summary>
internal sealed partial class LiveTcpdump : IDisposable
{
    private readonly Process _process;
    private string _errors = "";

    internal LiveTcpdump(NetworkNamespace inside, string interfaceName, string path, string filter)
    {
        Path = path;
        // A slot of its ring is as long as the snap length; the usual 2 MiB have room for eight frames.
        var start = new ProcessStartInfo("tcpdump", ["-i", interfaceName, "-B", "16384", "-Z", "root", "-U", "--immediate-mode", "-n", "-w", path, filter])
        {
            RedirectStandardError = true,
        };
        _process = inside.Start(start);
    }

    internal string Path { get; }

    /// <summary>Waits until it captures.</summary>
    /// <returns>The name of its link type; null where it refused.</returns>
    internal string? WaitForLinkType()
    {
        while (_process.StandardError.ReadLine() is { } line)
        {
            _errors += line + "\n";
            if (Listening().Match(line) is { Success: true } match)
                return match.Groups["name"].Value;
        }

        return null;
    }

    /// <summary>Ends it, once it has read what its filter let through: an interrupt would leave the rest in the ring, counted by nobody.</summary>
    /// <param name="timesSeen">How often the kernel shows it each frame; it keeps one.</param>
    /// <returns>The frames in its file.</returns>
    internal string[] Stop(int timesSeen = 1)
    {
        Wait.Until(() => HasReadAll(timesSeen), "tcpdump to read what it received");
        Signal("-INT");
        _errors += _process.StandardError.ReadToEnd();
        _process.WaitForExit();
        var counts = Counts().Match(_errors);
        Assert.True(counts.Success && counts.Groups["dropped"].Value == "0", _errors);
        return Read(Path);
    }

    /// <summary>Asks for its counts, which it writes on one line.</summary>
    private bool HasReadAll(int timesSeen)
    {
        Signal("-USR1");
        while (_process.StandardError.ReadLine() is { } line)
        {
            if (Report().Match(line) is { Success: true } match)
                return timesSeen * Number(match, "captured") == Number(match, "received");
            _errors += line + "\n";
        }

        return true;
    }

    private static int Number(Match match, string name) => int.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);

    private void Signal(string name) => Tool.Run("kill", name, _process.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>The frames in a pcap file of this machine's byte order.</summary>
    internal static string[] Read(string path)
    {
        var file = File.ReadAllBytes(path);
        var frames = new List<string>();
        const int FileHeader = 24, PacketHeader = 16, LengthAt = 8;
        for (var at = FileHeader; at < file.Length;)
        {
            var length = BitConverter.ToInt32(file, at + LengthAt);
            frames.Add(Convert.ToHexString(file, at + PacketHeader, length));
            at += PacketHeader + length;
        }

        return [.. frames];
    }

    /// <summary>The LINKTYPE_ number in a pcap file.</summary>
    internal static int LinkTypeOf(string path) => BitConverter.ToInt32(File.ReadAllBytes(path), 20) & 0xffff;

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    [GeneratedRegex(@"(?<captured>\d+) packets? captured, (?<received>\d+) packets? received by filter, ")]
    private static partial Regex Report();

    [GeneratedRegex("^tcpdump: listening on .*, link-type (?<name>[A-Z0-9_]+)")]
    private static partial Regex Listening();

    [GeneratedRegex("(?<captured>[0-9]+) packets? captured\n(?<received>[0-9]+) packets? received by filter\n(?<dropped>[0-9]+) packets? dropped")]
    private static partial Regex Counts();
}
