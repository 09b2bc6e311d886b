using System.Text;
using MgCap.Capture.Interfaces;
using MgCap.Linux;
using MgCap.Linux.Libpcap;

namespace MgCap.Capture.Filtering;

/// <summary>What libpcap says of a filter's text.</summary>
/// <param name="Valid">Whether it can be used.</param>
/// <param name="Error">libpcap's message where it can't.</param>
/// <param name="Instructions">The length of the program in classic BPF instructions where it can.</param>
public sealed record FilterCheck(bool Valid, string? Error, int? Instructions);

/// <summary>Capture filters: the text of pcap-filter(7), compiled by libpcap.</summary>
public static class CaptureFilter
{
    /// <summary>The longest text, in bytes of UTF-8.</summary>
    public const int MaxTextBytes = 65536;

    // BPF_MAXINSNS: the kernel takes no longer program.
    private const int MaxInstructions = 4096;

    private static readonly LocalFilterCompiler _local = new();

    /// <summary>Says what is wrong with a text before it is compiled: its length and its characters.</summary>
    /// <returns>null when nothing is.</returns>
    public static string? FormProblem(string? filter)
    {
        if (filter is null)
            return null;
        var bytes = Encoding.UTF8.GetByteCount(filter);
        if (bytes > MaxTextBytes)
            return $"must be at most {MaxTextBytes} bytes; this one has {bytes}";
        return filter.Contains('\0') ? "must not contain a NUL character" : null;
    }

    /// <summary>Checks a text for a link type; one meaning for every engine.</summary>
    /// <param name="filter">The text.</param>
    /// <param name="linkType">The link type.</param>
    /// <param name="compiler">What compiles it.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<FilterCheck> CheckAsync(string filter, LinkType linkType, IFilterCompiler compiler, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(compiler);
        if (FormProblem(filter) is { } problem)
            return new FilterCheck(false, problem, null);
        try
        {
            return new FilterCheck(true, null, ForKernel(await compiler.CompileAsync(SourceFor(filter, linkType), cancellation).ConfigureAwait(false)).Length);
        }
        catch (FilterException exception)
        {
            return new FilterCheck(false, exception.Message, null);
        }
    }

    /// <summary>
    /// Compiles the filter of a capture before it is started. Settings for an interface that is gone or down stay as they are: the start
    /// says so.
    /// </summary>
    /// <param name="settings">Settings without problems (<see cref="CaptureSettingsCheck"/>).</param>
    /// <param name="compiler">What compiles it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The settings to start with.</returns>
    /// <exception cref="CaptureRefusedException">filter_invalid, with the message of <see cref="CheckAsync"/>; filter_too_slow.</exception>
    public static async Task<CaptureSettings> CompileAheadAsync(CaptureSettings settings, IFilterCompiler compiler, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(compiler);
        if (string.IsNullOrEmpty(settings.Filter))
            return settings;
        var compiled = new List<CompiledFilter>();
        foreach (var name in settings.Interfaces)
        {
            if (CaptureInterfaces.Find(name) is not { Up: true } nic)
                return settings;
            compiled.Add(await CompileForAsync(settings, nic, compiler, cancellation).ConfigureAwait(false));
        }

        return settings with { Compiled = compiled };
    }

    /// <summary>The program of a capture's filter for a packet socket; it returns the snap length for what matches.</summary>
    /// <param name="settings">Settings with a filter.</param>
    /// <param name="nic">The interface.</param>
    /// <exception cref="CaptureRefusedException">filter_invalid, where it was not compiled ahead; engine_unavailable: the interface has changed since.</exception>
    internal static ClassicInstruction[] ProgramFor(CaptureSettings settings, CaptureInterface nic) => settings.Compiled?.FirstOrDefault(each => each.InterfaceIndex == nic.Index) switch
    {
        null when settings.Compiled is null => CompileForSocket(settings.Filter!, nic, settings.Snaplen),
        { } compiled when compiled.LinkType == nic.LinkType => compiled.Program,
        _ => throw new CaptureRefusedException(RefusalCode.EngineUnavailable, $"The interface {nic.Name} has changed since the filter was compiled for it; start again."),
    };

    /// <summary>Checks a text in this process.</summary>
    internal static FilterCheck Check(string filter, LinkType linkType)
    {
        if (FormProblem(filter) is { } problem)
            return new FilterCheck(false, problem, null);
        try
        {
            return new FilterCheck(true, null, ForKernel(_local.Compile(SourceFor(filter, linkType))).Length);
        }
        catch (FilterException exception)
        {
            return new FilterCheck(false, exception.Message, null);
        }
    }

    private static async Task<CompiledFilter> CompileForAsync(CaptureSettings settings, CaptureInterface nic, IFilterCompiler compiler, CancellationToken cancellation)
    {
        try
        {
            var program = ForKernel(await compiler.CompileAsync(SourceFor(settings.Filter!, nic, settings.Snaplen), cancellation).ConfigureAwait(false));
            return new CompiledFilter(nic.Index, nic.LinkType, program);
        }
        catch (FilterException exception)
        {
            // A missing privilege comes before what is wrong with a filter. The engine xdp works without this one.
            throw !Capabilities.MayOpenPacketSockets && settings.Engine != EngineNames.Xdp
                ? CaptureRefusedException.MissingCapability(exception)
                : Refused(exception);
        }
    }

    /// <summary>Compiles a text in this process for a packet socket on an interface; the program returns the snap length for what matches.</summary>
    /// <exception cref="CaptureRefusedException">filter_invalid, with the message of <see cref="Check"/>.</exception>
    internal static ClassicInstruction[] CompileForSocket(string filter, CaptureInterface nic, int snaplen) =>
        CompileOrRefuse(() => ForKernel(_local.Compile(SourceFor(filter, nic, snaplen))));

    /// <summary>
    /// Compiles a text in this process for frames as they stand on the wire, VLAN tags among them; the program returns the snap length for
    /// what matches, and asks for nothing that is not in the frame.
    /// </summary>
    /// <exception cref="CaptureRefusedException">filter_invalid, with libpcap's message.</exception>
    internal static ClassicInstruction[] CompileForFrames(string filter, LinkType linkType, int snaplen) =>
        CompileOrRefuse(() => ForKernel(_local.Compile(new FilterSource(filter, linkType.PcapNumber, snaplen))));

    /// <summary>What to tell of a filter that is refused.</summary>
    internal static CaptureRefusedException Refused(FilterException exception) => exception is FilterTooSlowException
        ? new CaptureRefusedException(RefusalCode.FilterTooSlow, $"{char.ToUpperInvariant(exception.Message[0])}{exception.Message[1..]}.", exception)
        : new CaptureRefusedException(RefusalCode.FilterInvalid, exception.Message, exception);

    /// <summary>A program that the kernel takes.</summary>
    /// <exception cref="FilterException">It is one that libpcap writes and would run itself, but the kernel does not take.</exception>
    private static ClassicInstruction[] ForKernel(ClassicInstruction[] program) => KernelsProblem(program) is { } problem ? throw new FilterException(problem) : program;

    private static FilterSource SourceFor(string filter, LinkType linkType) => new(filter, linkType.PcapNumber, CaptureSettings.MaxSnaplen) { ForSocket = true };

    private static FilterSource SourceFor(string filter, CaptureInterface nic, int snaplen) =>
        new(filter, nic.LinkType.PcapNumber, snaplen) { ForSocket = true, InterfaceName = nic.Name, Netmask = FilterCompiler.NetmaskOf(nic.Name) };

    private static ClassicInstruction[] CompileOrRefuse(Func<ClassicInstruction[]> compile)
    {
        try
        {
            return compile();
        }
        catch (FilterException exception)
        {
            throw Refused(exception);
        }
    }

    private static string? KernelsProblem(ClassicInstruction[] program)
    {
        if (program.Length > MaxInstructions)
            return $"the filter compiles to {program.Length} instructions; the kernel takes at most {MaxInstructions}";
        if (Array.Exists(program, IsUnknownQuestion))
            return "the filter reads before the start of the packet; the kernel takes no such offset";
        return Array.Exists(program, instruction => instruction.Code == (ClassicBpf.Jmp | ClassicBpf.Ja) && (int)instruction.K < 0)
            ? "the filter needs a loop, as protochain does; the kernel takes none"
            : null;
    }

    private static bool IsUnknownQuestion(ClassicInstruction instruction) =>
        (instruction.Code & (ClassicBpf.ClassMask | ClassicBpf.ModeMask)) == (ClassicBpf.Ld | ClassicBpf.Abs)
        && instruction.K >= ClassicBpf.AncillaryBase && SocketBufferField.Find(instruction.K) is null;
}

/// <summary>A capture's filter, compiled for an interface.</summary>
/// <param name="InterfaceIndex">The interface's number.</param>
/// <param name="LinkType">Its link type.</param>
/// <param name="Program">Classic BPF for a packet socket.</param>
internal sealed record CompiledFilter(int InterfaceIndex, LinkType LinkType, ClassicInstruction[] Program);
