using System.Diagnostics;
using MgCap.Linux.Libc;

namespace MgCap.Linux;

/// <summary>
/// The values of a BPF array map, mapped into this process (BPF_F_MMAPABLE; the kernel's bpf/map_array.rst). They lie one
/// after the other, each rounded up to 8 bytes.
/// </summary>
public sealed unsafe class BpfMapMemory : IDisposable
{
    private readonly nuint _length;
    private readonly nuint _stride;
    private bool _unmapped;

    internal BpfMapMemory(int map, nuint valueSize, int entries)
    {
        _stride = (valueSize + 7) & ~(nuint)7;
        var page = (nuint)Environment.SystemPageSize;
        _length = (_stride * (nuint)entries + page - 1) & ~(page - 1);
        Count = entries;
        var memory = SysMman.mmap(0, _length, SysMman.PROT_READ | SysMman.PROT_WRITE, SysMman.MAP_SHARED, map, 0);
        if (memory == SysMman.MAP_FAILED)
            LinuxException.Throw("map a BPF map");
        Memory = (byte*)memory;
    }

    /// <summary>How many values.</summary>
    public int Count { get; }

    internal byte* Memory { get; }

    /// <summary>A value. Its members are shared with the kernel: read and written by <see cref="Volatile"/>.</summary>
    public ref T Value<T>(int index)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sizeof(T), (int)_stride);
        return ref *(T*)At(index);
    }

    internal byte* At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return Memory + _stride * (nuint)index;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_unmapped)
            return;
        _unmapped = true;
        var result = SysMman.munmap((nint)Memory, _length);
        Debug.Assert(result == 0, "a mapping that was made can be unmapped");
    }
}
