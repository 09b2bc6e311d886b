using System.Runtime.ExceptionServices;
using System.Text.RegularExpressions;
using MgCap.Capture.Interfaces;
using MgCap.Linux;
using MgCap.Linux.Libpcap;

namespace MgCap.Capture.Filtering;

/// <summary>
/// Compiles filters with libpcap in this process, as long as it takes; host names are resolved as this process does. libpcap's optimizer
/// takes the third power of the alternatives in a text (libpcap 1.10: 200 times "port N or" 1 s, 800 times 84 s), so a text with many is
/// compiled without it, and reduced by <see cref="FilterReducer"/>.
/// </summary>
/// <param name="socketCompiler">For packet sockets of Ethernet interfaces; null to open one for each filter. The caller's to dispose.</param>
public sealed partial class LocalFilterCompiler(SocketCompiler? socketCompiler = null) : IFilterCompiler
{
    // libpcap's optimizer takes 50 ms for this many.
    private const int MaxOptimizedOperators = 40;

    // libpcap goes through what it has parsed by recursion, 100 bytes for each instruction.
    private const int StackBytes = 64 * 1024 * 1024;

    // No network's mask, so that libpcap's optimizer finds no contradiction between it and a text ("expression rejects all packets").
    private const uint NoNetmask = 0xa5a5a5a5;

    private const string RejectsAll = "expression rejects all packets";

    /// <inheritdoc/>
    public Task<ClassicInstruction[]> CompileAsync(FilterSource source, CancellationToken cancellation) => Task.Run(() => Compile(source), cancellation);

    /// <summary>Compiles a filter.</summary>
    /// <exception cref="FilterException">It is not valid; the message is libpcap's.</exception>
    public ClassicInstruction[] Compile(FilterSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        ClassicInstruction[] program = [];
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    program = source.ForSocket ? CompileForSocket(source) : Compile(source.Text, (text, optimize) => FilterCompiler.Compile(text, source.DataLinkType, source.Snaplen, optimize: optimize), true);
                }
                catch (Exception exception)
                {
                    failure = ExceptionDispatchInfo.Capture(exception);
                }
            },
            StackBytes)
        { Name = "filter compiler", IsBackground = true };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return program;
    }

    private ClassicInstruction[] CompileForSocket(FilterSource source)
    {
        var linkType = LinkType.All.First(type => type.PcapNumber == source.DataLinkType);
        var opened = linkType == LinkType.Ethernet && socketCompiler is null ? Open(source.InterfaceName) : null;
        using (opened)
        {
            var compiler = socketCompiler ?? opened;
            if (source.Netmask is not { } netmask)
                return Compile(NoNetmask, optimize: true);
            try
            {
                return Compile(netmask, optimize: true);
            }
            catch (FilterException)
            {
                // What is refused for every network mask is refused. With this mask the text only matches nothing, as in
                // "ip broadcast and dst host 10.0.0.1" on an interface without an IPv4 address.
                Compile(NoNetmask, optimize: true);
                return Compile(netmask, optimize: false);
            }

            ClassicInstruction[] Compile(uint mask, bool optimize) => linkType == LinkType.Ethernet && compiler is not null
                ? LocalFilterCompiler.Compile(source.Text, (text, optimize) => compiler.Compile(text, source.Snaplen, mask, optimize), optimize)
                : SocketView.Fit(
                    LocalFilterCompiler.Compile(source.Text, (text, optimize) => FilterCompiler.Compile(text, source.DataLinkType, source.Snaplen, mask, optimize), optimize),
                    linkType);
        }
    }

    private static SocketCompiler? Open(string? interfaceName) =>
        (interfaceName is null ? null : SocketCompiler.TryOpen(interfaceName, out _)) ?? SocketCompiler.TryOpen("lo", out _);

    private static ClassicInstruction[] Compile(string text, Func<string, bool, ClassicInstruction[]> compile, bool optimize)
    {
        if (Operator().Count(text) <= MaxOptimizedOperators)
            return compile(text, optimize);
        var program = FilterReducer.Reduce(compile(text, false));
        return optimize && !Array.Exists(program, ClassicBpf.Accepts) ? throw new FilterException(RejectsAll) : program;
    }

    [GeneratedRegex(@"\b(?:or|and)\b|\|\||&&")]
    private static partial Regex Operator();
}
