using System.CommandLine;

namespace MgCap.Cli;

/// <summary>
/// Options of tcpdump(8) and dumpcap(1) that <c>mgcap dump</c> has not, and what there is instead. Those that would change nothing here
/// are taken (<see cref="Ignored"/>).
/// </summary>
internal static class ForeignOptions
{
    private const string Prints = "MgCap prints no packets; pipe them: mgcap dump -w - | tcpdump -nr -";
    private const string Messages = "messages go to standard error";
    private const string Precision = "time stamps are always in nanoseconds; leave it out";

    private static readonly Dictionary<string, string> _instead = new()
    {
        ["-A"] = Prints,
        ["-e"] = Prints,
        ["-H"] = Prints,
        ["-N"] = Prints,
        ["-t"] = Prints,
        ["-T"] = Prints,
        ["-u"] = Prints,
        ["-x"] = Prints,
        ["-X"] = Prints,
        ["-#"] = Prints,
        ["--number"] = Prints,
        ["--print"] = Prints,
        ["--absolute-tcp-sequence-numbers"] = Prints,
        ["-E"] = "MgCap decrypts nothing; Wireshark does",
        ["-S"] = "a terminal shows the counts once a second, and kill -USR1 prints them",
        ["-M"] = "--json makes the summary machine-readable, and mgcap interfaces --json the list of interfaces",
        ["-C"] = "-b filesize:KB begins a new file after so many kB of 1000 bytes (-C counts in 1000 of them)",
        ["-G"] = "-b duration:SECONDS begins a new file after that time, -b interval:SECONDS at whole multiples of it",
        ["-W"] = "-b files:N keeps the newest N files of -b filesize:, duration:, interval: or packets:",
        ["-B"] = "its buffers have a size of their own; leave it out",
        ["--buffer-size"] = "its buffers have a size of their own; leave it out",
        ["-F"] = "-f \"$(cat FILE)\" takes a filter from a file",
        ["-g"] = "the file is for its owner only; chmod g+r FILE",
        ["-I"] = "iw dev IF set type monitor does that",
        ["--monitor-mode"] = "iw dev IF set type monitor does that",
        ["-k"] = "iw dev IF set channel N does that",
        ["-j"] = "--hwtstamp takes the network card's time stamps",
        ["--time-stamp-type"] = "--hwtstamp takes the network card's time stamps",
        ["-J"] = "mgcap hwtstamp IF shows what the network card can do",
        ["--list-time-stamp-types"] = "mgcap hwtstamp IF shows what the network card can do",
        ["-L"] = "mgcap interfaces lists the link types",
        ["--list-data-link-types"] = "mgcap interfaces lists the link types",
        ["-y"] = "the link type is the interface's; mgcap interfaces lists them",
        ["--linktype"] = "the link type is the interface's; mgcap interfaces lists them",
        ["-r"] = "MgCap reads no files here; tcpdump -r FILE or wireshark FILE does",
        ["-V"] = "MgCap reads no files here; tcpdump -V FILE does",
        ["-z"] = "run the command when mgcap dump has ended",
        ["-Z"] = "the user stays who runs mgcap; chown USER FILE afterwards",
        ["--relinquish-privileges"] = "the user stays who runs mgcap; chown USER FILE afterwards",
        ["--micro"] = Precision,
        ["--time-stamp-precision"] = Precision,
        ["--version"] = "mgcap --version",
        ["--ifname"] = "the name in the file is the interface's",
        ["--ifdescr"] = "--capture-comment TEXT describes the capture",
        ["--temp-dir"] = "-w FILE says where to write",
        ["--log-level"] = Messages,
        ["--log-fatal"] = Messages,
        ["--log-domains"] = Messages,
        ["--log-debug"] = Messages,
        ["--log-noisy"] = Messages,
        ["--log-file"] = Messages,
    };

    /// <summary>
    /// What changes nothing in a capture: no names are looked up (-n), what is captured is written at once (-U, -l, --immediate-mode),
    /// time stamps are nanoseconds (--nano), the filter is always optimised (-O) and checksums are not looked at (-K); -v changes only what is printed.
    /// </summary>
    internal static Option<bool> Ignored { get; } = new(
        "-n", "-U", "--packet-buffered", "-l", "--immediate-mode", "--nano", "-K", "--dont-verify-checksums", "-O", "--no-optimize", "-v")
    {
        Hidden = true,
        Arity = new ArgumentArity(0, 0),
    };

    /// <summary>Refuses an option of those programs, and says what there is instead.</summary>
    /// <param name="command">The command, whose own options are none of them.</param>
    /// <param name="arguments">What was written after its name.</param>
    /// <exception cref="UsageException">There is one.</exception>
    internal static void Refuse(Command command, IEnumerable<string> arguments)
    {
        var own = command.Options.SelectMany(option => option.Aliases.Append(option.Name).Select(name => (name, TakesValue: option.ValueType != typeof(bool))))
            .ToDictionary(each => each.name, each => each.TakesValue);
        var isValue = false;
        foreach (var argument in arguments)
        {
            if (argument == "--")
                return;
            isValue = !isValue && argument.StartsWith('-') && (argument.StartsWith("--", StringComparison.Ordinal) ? RefuseLong(own, argument) : RefuseShort(own, argument));
        }
    }

    /// <returns>Whether the next argument is this option's value.</returns>
    private static bool RefuseLong(Dictionary<string, bool> own, string argument)
    {
        var name = argument.Split('=')[0];
        RefuseOne(own, name);
        return own.GetValueOrDefault(name) && name == argument;
    }

    /// <summary>Several short options may be written as one, the last with its value: -nXs0.</summary>
    private static bool RefuseShort(Dictionary<string, bool> own, string argument)
    {
        for (var i = 1; i < argument.Length; i++)
        {
            var name = $"-{argument[i]}";
            RefuseOne(own, name);
            if (!own.TryGetValue(name, out var takesValue))
                return false;
            if (takesValue)
                return i == argument.Length - 1;
        }

        return false;
    }

    private static void RefuseOne(Dictionary<string, bool> own, string name)
    {
        if (!own.ContainsKey(name) && _instead.TryGetValue(name, out var instead))
            throw new UsageException($"there is no {name}: {instead}");
    }
}
