using MgCap.Capture.Filtering;
using MgCap.Linux;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>Puts a translated capture filter where capture.bpf.c has its stand-in, which is the last function of each program.</summary>
internal static class FilterPatcher
{
    private const byte Call = 0x85;
    private const int PseudoCall = 1;

    /// <summary>Loads a program again, with the filter.</summary>
    /// <param name="loaded">Where the program is, loaded.</param>
    /// <param name="name">Its name.</param>
    /// <param name="filter">The filter for what it sees.</param>
    /// <param name="site">Where the program runs.</param>
    /// <param name="boundTo">The number of the only interface that it is for; null for any.</param>
    /// <exception cref="CaptureRefusedException">engine_unavailable: the filter can't be translated, or the kernel's verifier does not take it.</exception>
    internal static BpfProgram Load(BpfObject loaded, string name, ClassicInstruction[] filter, FilterSite site, int? boundTo)
    {
        if (!FrameFilterTranslator.TryTranslate(filter, site, out var body, out var problem))
            throw new CaptureRefusedException(RefusalCode.EngineUnavailable, $"The xdp engine can't run this filter: {problem}.");
        var instructions = loaded.Instructions(name);
        try
        {
            return BpfProgram.Load(
                TypeOf(site), name[..Math.Min(name.Length, MaxNameLength)], [.. instructions[..StandIn(instructions)], .. body], multiBuffer: site == FilterSite.Xdp, boundTo,
                site == FilterSite.Tracepoint ? BpfObject.KernelTracepoint(EgressHooks.TracepointName) : null);
        }
        catch (LinuxException exception) when (exception.Errno is Errno.EACCES or Errno.EINVAL or Errno.E2BIG)
        {
            throw new CaptureRefusedException(RefusalCode.EngineUnavailable, "The kernel's verifier does not take this filter; the engine packet may.", exception);
        }
    }

    // BPF_OBJ_NAME_LEN less its end.
    private const int MaxNameLength = 15;

    private static BpfProgramType TypeOf(FilterSite site) => site switch
    {
        FilterSite.Xdp => BpfProgramType.Xdp,
        FilterSite.Socket => BpfProgramType.SocketFilter,
        FilterSite.Tracepoint => BpfProgramType.Tracing,
        _ => BpfProgramType.SchedCls,
    };

    /// <summary>Where the only function begins that the program calls.</summary>
    private static int StandIn(ReadOnlySpan<BpfInstruction> instructions)
    {
        for (var at = 0; at < instructions.Length; at++)
        {
            if (instructions[at].Code == Call && instructions[at].Registers >> 4 == PseudoCall)
                return at + 1 + instructions[at].Immediate;
        }

        throw new InvalidOperationException("the program calls no filter");
    }
}
