using MgCap.Capture.Interfaces;
using MgCap.Linux.Libpcap;

namespace MgCap.Capture.Filtering;

/// <summary>A filter for packets as they stand in a file, run by libpcap's interpreter; programs may be longer than the kernel's.</summary>
public sealed class FileFilter
{
    private readonly string _text;
    private readonly IFilterCompiler _compiler;
    private readonly Dictionary<ushort, PacketFilter> _filters = [];

    private FileFilter(string text, IFilterCompiler compiler)
    {
        _text = text;
        _compiler = compiler;
    }

    /// <summary>Compiles a filter for the packets of a file.</summary>
    /// <param name="text">pcap-filter(7) text.</param>
    /// <param name="linkTypes">The file's link types, as files number them.</param>
    /// <param name="compiler">What compiles it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CaptureRefusedException">filter_invalid, with what is wrong with it; filter_too_slow.</exception>
    public static async Task<FileFilter> CompileAsync(string text, IEnumerable<ushort> linkTypes, IFilterCompiler compiler, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(linkTypes);
        ArgumentNullException.ThrowIfNull(compiler);
        if (CaptureFilter.FormProblem(text) is { } problem)
            throw new CaptureRefusedException(RefusalCode.FilterInvalid, $"The filter {problem}.");
        var filter = new FileFilter(text, compiler);
        foreach (var linkType in linkTypes)
            filter._filters[linkType] = await filter.CompileAsync(linkType, cancellation).ConfigureAwait(false);
        return filter;
    }

    /// <summary>
    /// The filter for a link type. One that was not known before is compiled while the caller waits.
    /// </summary>
    /// <exception cref="CaptureRefusedException">As <see cref="CompileAsync(string, IEnumerable{ushort}, IFilterCompiler, CancellationToken)"/>.</exception>
    internal PacketFilter For(ushort linkType)
    {
        if (!_filters.TryGetValue(linkType, out var filter))
            _filters[linkType] = filter = CompileAsync(linkType, CancellationToken.None).GetAwaiter().GetResult();
        return filter;
    }

    private async Task<PacketFilter> CompileAsync(ushort linkType, CancellationToken cancellation)
    {
        var number = LinkType.All.FirstOrDefault(type => type.FileNumber == linkType)?.PcapNumber ?? linkType;
        try
        {
            return new PacketFilter(await _compiler.CompileAsync(new FilterSource(_text, number, CaptureSettings.MaxSnaplen), cancellation).ConfigureAwait(false), linkType);
        }
        catch (FilterException exception)
        {
            throw CaptureFilter.Refused(exception);
        }
    }
}
