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
    /// <summary>
    /// Longer texts are refused before libpcap sees them: its compiler's time grows with the cube of the alternatives in a
    /// text (libpcap 1.10: 200 times "port N or" 1 s, 400 times 9 s, 800 times 84 s), and can't be cut short.
    /// </summary>
    public const int LongestText = 4096;

    // BPF_MAXINSNS: the kernel takes no longer program.
    private const int LongestProgram = 4096;

    // However many ask at once, compiling takes no more than one processor.
    private static readonly Lock _compiler = new();

    /// <summary>Says what is wrong with a text before it is compiled: its length and its characters.</summary>
    /// <returns>null when nothing is.</returns>
    public static string? FormProblem(string? filter)
    {
        if (filter is null)
            return null;
        if (filter.Length > LongestText)
            return $"must be at most {LongestText} characters; this one has {filter.Length}";
        return filter.Contains('\0') ? "must not contain a NUL character" : null;
    }

    /// <summary>Checks a text for a link type; one meaning for every engine.</summary>
    public static FilterCheck Check(string filter, LinkType linkType)
    {
        if (FormProblem(filter) is { } problem)
            return new FilterCheck(false, problem, null);
        try
        {
            return new FilterCheck(true, null, Compile(() => FilterCompiler.Compile(filter, NumberForCompiler(linkType), CaptureSettings.LongestSnaplen)).Length);
        }
        catch (FilterException exception)
        {
            return new FilterCheck(false, exception.Message, null);
        }
    }

    /// <summary>Compiles a text for a packet socket on an interface; the program returns the snap length for what matches.</summary>
    /// <exception cref="CaptureRefusedException">filter_invalid, with libpcap's message.</exception>
    internal static ClassicInstruction[] CompileForSocket(string filter, CaptureInterface on, int snaplen) =>
        on.LinkType == LinkType.Ethernet
            ? CompileOrRefuse(() => FilterCompiler.CompileForSocket(filter, on.Name, snaplen))
            : CompileForFrames(filter, on.LinkType, snaplen);

    /// <summary>
    /// Compiles a text for frames as they stand on the wire, VLAN tags among them; the program returns the snap length for what
    /// matches, and asks for nothing that is not in the frame.
    /// </summary>
    /// <exception cref="CaptureRefusedException">filter_invalid, with libpcap's message.</exception>
    internal static ClassicInstruction[] CompileForFrames(string filter, LinkType linkType, int snaplen) =>
        CompileOrRefuse(() => FilterCompiler.Compile(filter, NumberForCompiler(linkType), snaplen));

    /// <summary>Compiles a text for packets as they stand in a file; the program returns more than 0 for what matches.</summary>
    /// <param name="filter">The text.</param>
    /// <param name="linkType">The packets' link type, as files number them.</param>
    /// <exception cref="CaptureRefusedException">filter_invalid, with what is wrong with it.</exception>
    internal static ClassicInstruction[] CompileForFile(string filter, ushort linkType)
    {
        if (FormProblem(filter) is { } problem)
            throw new CaptureRefusedException(RefusalCode.FilterInvalid, $"The filter {problem}.");
        var number = LinkType.All.FirstOrDefault(type => type.FileNumber == linkType)?.PcapNumber ?? linkType;
        return CompileOrRefuse(() => FilterCompiler.Compile(filter, number, CaptureSettings.LongestSnaplen));
    }

    private static ClassicInstruction[] CompileOrRefuse(Func<ClassicInstruction[]> compile)
    {
        try
        {
            return Compile(compile);
        }
        catch (FilterException exception)
        {
            throw new CaptureRefusedException(RefusalCode.FilterInvalid, exception.Message, exception);
        }
    }

    private static ClassicInstruction[] Compile(Func<ClassicInstruction[]> compile)
    {
        ClassicInstruction[] program;
        lock (_compiler)
            program = compile();
        return KernelsProblem(program) is { } problem ? throw new FilterException(problem) : program;
    }

    /// <summary>What libpcap writes and would run itself, but the kernel does not take.</summary>
    private static string? KernelsProblem(ClassicInstruction[] program)
    {
        if (program.Length > LongestProgram)
            return $"the filter compiles to {program.Length} instructions; the kernel takes at most {LongestProgram}";
        return Array.Exists(program, instruction => instruction.Code == (ClassicBpf.Jmp | ClassicBpf.Ja) && (int)instruction.K < 0)
            ? "the filter needs a loop, as protochain does; the kernel takes none"
            : null;
    }

    /// <summary>A cooked socket gives the filter the packet from its network header on, as a raw one does.</summary>
    private static int NumberForCompiler(LinkType linkType) =>
        linkType == LinkType.LinuxCooked ? LinkType.RawIp.PcapNumber : linkType.PcapNumber;
}
