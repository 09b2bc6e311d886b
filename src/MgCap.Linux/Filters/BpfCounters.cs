using MgCap.Linux.Libbpf;

namespace MgCap.Linux;

/// <summary>64-bit counters that BPF programs add to: the only value of a BPF array map, which a program can address directly.</summary>
public sealed unsafe class BpfCounters : IDisposable
{
    private readonly SafeFd _fd;
    private readonly ulong[] _values;

    /// <summary>Makes the counters, all zero.</summary>
    /// <exception cref="LinuxException">EPERM without CAP_BPF.</exception>
    public BpfCounters(string name, int count)
    {
        _values = new ulong[count];
        var fd = Bpf.bpf_map_create(Bpf.BPF_MAP_TYPE_ARRAY, name, sizeof(uint), (uint)count * sizeof(ulong), 1, null);
        _fd = SafeFd.Own(fd, "create a BPF map");
    }

    /// <summary>The map's descriptor, for a program's instructions to name (BPF_PSEUDO_MAP_VALUE).</summary>
    public int Descriptor => (int)_fd.DangerousGetHandle();

    /// <summary>Reads all counters. One thread at a time.</summary>
    /// <returns>The counters; overwritten by the next call.</returns>
    public ReadOnlySpan<ulong> Read()
    {
        uint key = 0;
        fixed (ulong* values = _values)
            LinuxException.Check(Bpf.bpf_map_lookup_elem(_fd, &key, values), "read BPF counters");
        return _values;
    }

    /// <inheritdoc/>
    public void Dispose() => _fd.Dispose();
}
