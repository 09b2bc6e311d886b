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

    /// <summary>Whether what it needs is installed.</summary>
    internal virtual bool IsInstalled => true;

    /// <summary>Starts it; when this returns it takes packets.</summary>
    internal abstract IRun Start(BenchLab lab, string file);

    /// <summary>All, in the order of the table.</summary>
    internal static IReadOnlyList<Contender> All { get; } =
    [
        new BareProgram(UpTheStack, null),
        new BareProgram(BareDrop, XdpVerdict.Drop),
        new BareProgram(BarePass, XdpVerdict.Pass),
        new Program("tcpdump", UpTheStack, "listening on", (name, file) => ["tcpdump", "-i", name, "-s", "96", "-B", "65536", "-Z", "root", "-w", file]),
        new Program("dumpcap", UpTheStack, "File:", (name, file) => ["dumpcap", "-i", name, "-s", "96", "-B", "64", "-w", file]),
        new Program("netsniff-ng", UpTheStack, "Running!", (name, file) => ["netsniff-ng", "--in", name, "--out", file, "--snaplen", "96", "--ring-size", "64MiB"]),
        MgCap("mgcap packet, mirror", UpTheStack, "--engine", "packet"),
        MgCap("mgcap xdp, mirror", UpTheStack, "--engine", "xdp"),
        MgCap("mgcap xdp, drop", BareDrop, "--engine", "xdp", "--mode", "drop"),
    ];

    private static Program MgCap(string name, string limit, params string[] arguments) =>
        new(name, limit, "Capturing on", (device, file) => [Built.CommandLine, "dump", "-i", device, .. arguments, "-w", file]);

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

        internal override IRun Start(BenchLab lab, string file) => new ProcessRun(lab, Ready, Command(lab.Interface, file), file);
    }

    /// <summary>An XDP program that only passes or drops, or none at all.</summary>
    private sealed record BareProgram(string Name, XdpVerdict? Verdict) : Contender(Name, null)
    {
        internal override IRun Start(BenchLab lab, string file) => new BareRun(lab, Verdict);
    }
}

/// <summary>A contender at work.</summary>
internal interface IRun : IDisposable
{
    /// <summary>Processor time it used so far.</summary>
    TimeSpan Cpu { get; }

    /// <summary>Ends it.</summary>
    /// <returns>Packets that it captured; null for what captures nothing.</returns>
    long? Finish();
}
