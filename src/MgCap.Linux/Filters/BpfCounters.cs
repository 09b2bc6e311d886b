using MgCap.Linux.Libbpf;

namespace MgCap.Linux;

/// <summary>64-bit counters that BPF programs add to: a BPF array map.</summary>
public sealed unsafe class BpfCounters : IDisposable
{
    private readonly SafeFd _fd;

    /// <summary>Makes the counters, all zero.</summary>
    /// <exception cref="LinuxException">EPERM without CAP_BPF.</exception>
    public BpfCounters(string name, int count)
    {
        _fd = Bpf.bpf_map_create(Bpf.BPF_MAP_TYPE_ARRAY, name, sizeof(uint), sizeof(ulong), (uint)count, null);
        if (_fd.IsInvalid || _fd.DangerousGetHandle() < 0)
            LinuxException.Throw("create a BPF map");
    }

    /// <summary>The map's descriptor, for a program's instructions to name.</summary>
    public int Descriptor => (int)_fd.DangerousGetHandle();

    /// <summary>Reads a counter.</summary>
    public ulong Read(int index)
    {
        ulong value;
        LinuxException.Check(Bpf.bpf_map_lookup_elem(_fd, &index, &value), "read a BPF counter");
        return value;
    }

    /// <inheritdoc/>
    public void Dispose() => _fd.Dispose();
}
