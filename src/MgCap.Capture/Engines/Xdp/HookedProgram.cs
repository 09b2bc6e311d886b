using MgCap.Capture.Filtering;
using MgCap.Linux;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>A program of capture.bpf.c, loaded, and with the capture's filter in it if there is one.</summary>
internal sealed class HookedProgram : IDisposable
{
    private readonly BpfObject _object;
    private readonly string _name;
    private readonly BpfProgram? _filtered;

    /// <param name="loaded">Where it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="site">Where it runs.</param>
    /// <param name="filter">Decides which packets it captures; null for all.</param>
    /// <param name="boundTo">The number of the only interface that it is for; null for any.</param>
    /// <exception cref="CaptureRefusedException">engine_unavailable: the kernel does not take the filter.</exception>
    internal HookedProgram(BpfObject loaded, string name, FilterSite site, XdpFilter? filter, int? boundTo = null)
    {
        _object = loaded;
        _name = name;
        if (filter is not null)
            _filtered = FilterPatcher.Load(loaded, name, site == FilterSite.Xdp ? filter.InFrames : filter.InSocketBuffers, site, boundTo);
    }

    /// <summary>Its descriptor, which stays its own.</summary>
    internal int Descriptor => _filtered?.Descriptor ?? _object.ProgramDescriptor(_name);

    /// <inheritdoc/>
    public void Dispose() => _filtered?.Dispose();
}
