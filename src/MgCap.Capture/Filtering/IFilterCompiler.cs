using MgCap.Linux;
using MgCap.Linux.Libpcap;

namespace MgCap.Capture.Filtering;

/// <summary>A filter to compile, and for what.</summary>
/// <param name="Text">pcap-filter(7) text without a NUL, of at most <see cref="CaptureFilter.MaxTextBytes"/>.</param>
/// <param name="DataLinkType">libpcap's number of the link type (DLT_).</param>
/// <param name="Snaplen">What the program returns for a packet that matches, in bytes.</param>
public sealed record FilterSource(string Text, int DataLinkType, int Snaplen)
{
    /// <summary>Whether it is for packets as a packet socket sees them; otherwise as they stand in a file.</summary>
    public bool ForSocket { get; init; }

    /// <summary>The interface of the socket; null for any.</summary>
    public string? InterfaceName { get; init; }

    /// <summary>The IPv4 network mask of the interface in network byte order; null where there is no interface.</summary>
    public uint? Netmask { get; init; }
}

/// <summary>Compiles capture filters: in this process, or in one that can be ended.</summary>
public interface IFilterCompiler
{
    /// <summary>Compiles a filter to classic BPF.</summary>
    /// <param name="source">The filter.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FilterException">The filter is not valid, or too slow (<see cref="FilterTooSlowException"/>).</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    Task<ClassicInstruction[]> CompileAsync(FilterSource source, CancellationToken cancellation);
}
