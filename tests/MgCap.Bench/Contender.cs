using System.ComponentModel;
using System.Diagnostics;
using MgCap.Testing;

namespace MgCap.Bench;

/// <summary>Something that takes packets from the interface, or a limit to what anything could take.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Limit">The contender whose rate is the most this one could reach; null for a limit itself.</param>
internal abstract record Contender(string Name, string? Limit)
{
    internal const string UpTheStack = "nothing captured";
    internal const string BareDrop = "XDP_DROP alone";
    internal const string BarePass = "XDP_PASS alone";
    internal const string Mirror = "mgcap xdp, mirror";
    internal const string Drop = "mgcap xdp, drop";

    /// <summary>What goes by, rather than what is captured, is this one's rate.</summary>
    internal const string NothingMatches = "mgcap xdp, a filter that matches nothing";

    /// <summary>Whether what it needs is installed.</summary>
    internal virtual bool IsInstalled => true;

    /// <summary>Starts it; when this returns it takes packets.</summary>
    internal abstract IRun Start(IScene scene, string file);

    /// <summary>All that keep the first bytes of packets, in the order of the table.</summary>
    internal static IReadOnlyList<Contender> All { get; } =
    [
        new BareProgram(UpTheStack, null),
        new BareProgram(BareDrop, XdpVerdict.Drop),
        new BareProgram(BarePass, XdpVerdict.Pass),
        new Program("tcpdump", UpTheStack, "listening on", (name, file) => ["tcpdump", "-i", name, "-s", "96", "-B", "65536", "-Z", "root", "-w", file]),
        new Program("dumpcap", UpTheStack, "File:", (name, file) => ["dumpcap", "-i", name, "-s", "96", "-B", "64", "-w", file]),
        new Program("netsniff-ng", UpTheStack, "Running!", (name, file) => ["netsniff-ng", "--in", name, "--out", file, "--filter", CutTo96(file), "--silent", "--ring-size", "64MiB"]),
        MgCap("mgcap packet, mirror", UpTheStack, "--engine", "packet"),
        MgCap(Mirror, UpTheStack, "--engine", "xdp"),
        MgCap(Drop, BareDrop, "--engine", "xdp", "--mode", "drop"),
        MgCap(NothingMatches, BarePass, "--engine", "xdp", "--filter", "udp port 1 or tcp port 1"),
    ];

    /// <summary>Those that keep whole packets, in the order of the table.</summary>
    internal static IReadOnlyList<Contender> Whole { get; } =
    [
        new Program("tcpdump", UpTheStack, "listening on", (name, file) => ["tcpdump", "-i", name, "-s", "65535", "-B", "65536", "-Z", "root", "-w", file]),
        new Program("dumpcap", UpTheStack, "File:", (name, file) => ["dumpcap", "-i", name, "-s", "65535", "-B", "64", "-w", file]),
        MgCap(Mirror, UpTheStack, "--engine", "xdp", "--snaplen", "65535"),
        MgCap(Drop, BareDrop, "--engine", "xdp", "--mode", "drop", "--snaplen", "65535"),
    ];

    /// <summary>netsniff-ng has no option for the snap length; a filter's verdict is one (bpfc's format).</summary>
    private static string CutTo96(string file)
    {
        if (file != "")
            File.WriteAllText(file + ".bpf", "{ 0x6, 0, 0, 0x00000060 },\n");
        return file + ".bpf";
    }

    private static Program MgCap(string name, string limit, params string[] arguments) =>
        new(name, limit, "Capturing on", (device, file) => [BuiltPrograms.CommandLine, "dump", "-i", device, .. arguments, "-w", file]);

    /// <summary>Another process.</summary>
    private sealed record Program(string Name, string Limit, string Ready, Func<string, string, string[]> Command) : Contender(Name, Limit)
    {
        internal override bool IsInstalled
        {
            get
            {
                try
                {
                    using var which = Process.Start(new ProcessStartInfo(Command("", "")[0], ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true });
                    which!.WaitForExit();
                    return true;
                }
                catch (Win32Exception)
                {
                    return false;
                }
            }
        }

        internal override IRun Start(IScene scene, string file) => new ProcessRun(scene, Ready, Command(scene.Interface, file), file);
    }

    /// <summary>An XDP program that only passes or drops, or none at all.</summary>
    private sealed record BareProgram(string Name, XdpVerdict? Verdict) : Contender(Name, null)
    {
        internal override IRun Start(IScene scene, string file) => new BareRun(scene, Verdict);
    }
}

/// <summary>What a contender's file holds.</summary>
/// <param name="Packets">How many.</param>
/// <param name="Doubled">Of them, those that are in it for the second time, by the sender's numbers; null where the file can't tell.</param>
internal sealed record Captured(long Packets, long? Doubled);

/// <summary>A contender at work.</summary>
internal interface IRun : IDisposable
{
    /// <summary>Processor time it used so far.</summary>
    TimeSpan Cpu { get; }

    /// <summary>Ends it.</summary>
    /// <param name="warmUp">The first packets of its file, which do not count.</param>
    /// <param name="countDoubled">Whether to look for packets that are in it twice, which takes some time.</param>
    /// <returns>What else is in it; null for what captures nothing.</returns>
    Captured? Finish(long warmUp, bool countDoubled = true);
}
