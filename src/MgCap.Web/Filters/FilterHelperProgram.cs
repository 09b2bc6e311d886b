using System.Text;
using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Linux;
using MgCap.Linux.Libpcap;
using MgCap.Linux.Sandbox;

namespace MgCap.Web.Filters;

/// <summary>
/// The console's program as a compiler of capture filters, for a console that started it with a pipe at either end
/// (<see cref="FilterProtocol"/>). It takes its rights away before it reads the first text, and ends with the console.
/// </summary>
internal static class FilterHelperProgram
{
    /// <summary>The first argument that makes the program one.</summary>
    internal const string Argument = "--filter-helper";

    /// <summary>The second argument where names are resolved.</summary>
    internal const string WithNames = "names";

    /// <summary>What is said of a name that is not looked up.</summary>
    internal const string NotResolved = "names are not resolved here (MgCap:Filters:ResolveNames): write the address";

    // Where libc finds names, and how it looks for them.
    private static readonly string[] _nameFiles =
    [
        "/etc/hosts", "/etc/host.conf", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/networks", "/run/systemd/resolve", "/run/resolvconf",
        "/run/NetworkManager",
    ];

    private static readonly string[] _files =
        ["/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/services", "/etc/protocols", "/etc/ethers", "/dev/null", "/dev/urandom", "/proc/self"];

    // Every kind of code that an answer takes is loaded by these before files can't be read any more.
    private static readonly string[] _rehearsal = ["tcp port http or ip proto icmp", "tcp prt", "host none.invalid", LongText()];

    /// <summary>Whether the program is to be one.</summary>
    internal static bool IsMeant(string[] args) => args is [Argument, ..];

    /// <summary>Compiles what is asked until its standard input ends.</summary>
    internal static int Run(string[] args)
    {
        var withNames = args is [_, WithNames];
        var namesAreOff = !withNames && NameResolution.Disable();
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        using var socketCompiler = OpenSocketCompiler();
        var compiler = new LocalFilterCompiler(socketCompiler);
        // Where names can't be switched off, only the sandbox keeps them from being asked for.
        foreach (var text in _rehearsal.Where(text => namesAreOff || !text.Contains("none.invalid", StringComparison.Ordinal)))
        {
            foreach (var forSocket in (bool[])[true, false])
                _ = Answer(compiler, new FilterSource(text, LinkType.Ethernet.PcapNumber, 96) { ForSocket = forSocket }, withNames);
        }

        var measures = ProcessSandbox.Enter([.. _files, AppContext.BaseDirectory, .. withNames ? _nameFiles : []], withNames);
        if (!withNames && !namesAreOff && !measures.Any(measure => measure is { Name: "network" or "calls", Holds: true }))
            return 1; // A name would be asked for.
        FilterProtocol.WriteHello(output, socketCompiler is not null);
        Serve(input, output, compiler, withNames);
        return 0;
    }

    private static void Serve(Stream input, Stream output, LocalFilterCompiler compiler, bool withNames)
    {
        using var asked = new System.Collections.Concurrent.BlockingCollection<FilterSource>();
        var thread = new Thread(() =>
        {
            foreach (var source in asked.GetConsumingEnumerable())
                FilterProtocol.WriteAnswer(output, Answer(compiler, source, withNames));
        })
        { Name = "filters", IsBackground = true };
        thread.Start();
        while (FilterProtocol.ReadQuestion(input) is { } source)
            asked.Add(source);
        // The console has ended, or this process is done with: whatever is being compiled ends, too.
        Environment.Exit(0);
    }

    private static FilterAnswer Answer(LocalFilterCompiler compiler, FilterSource source, bool withNames)
    {
        try
        {
            return new FilterAnswer(compiler.Compile(source), null);
        }
        catch (FilterException exception)
        {
            return new FilterAnswer(null, withNames || !IsAboutName(exception.Message) ? exception.Message : $"{exception.Message}: {NotResolved}");
        }
    }

    private static bool IsAboutName(string message) =>
        message.StartsWith("unknown host ", StringComparison.Ordinal) || message.StartsWith("unknown network ", StringComparison.Ordinal);

    /// <summary>With loopback, or else another interface that is up.</summary>
    private static SocketCompiler? OpenSocketCompiler()
    {
        if (SocketCompiler.TryOpen("lo", out _) is { } compiler)
            return compiler;
        try
        {
            return CaptureInterfaces.List().Where(each => each.Up && each.LinkType == LinkType.Ethernet)
                .Select(each => SocketCompiler.TryOpen(each.Name, out _)).FirstOrDefault(opened => opened is not null);
        }
        catch (LinuxException)
        {
            return null;
        }
    }

    private static string LongText()
    {
        var text = new StringBuilder("host 10.0.0.1");
        for (var i = 2; i < 60; i++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $" or host 10.0.0.{i}");
        return text.ToString();
    }
}
