using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static MgCap.Linux.Libbpf.Libbpf;

namespace MgCap.Linux;

/// <summary>
/// Wakes a thread that waits in poll(2) when a BPF program rings: a ring buffer of the kernel (bpf/ringbuf.rst) of which only
/// the wake-up is used. What the program writes into it is thrown away.
/// </summary>
public sealed unsafe class BpfDoorbell : IWakeSource, IDisposable
{
    private readonly void* _buffer;
    private bool _freed;

    internal BpfDoorbell(int map)
    {
        _buffer = ring_buffer__new(map, &Ignore, null, null);
        if (_buffer == null)
            LinuxException.Throw("map a BPF ring buffer");
    }

    int IWaitHandle.Descriptor => ring_buffer__epoll_fd(_buffer);

    void IWakeSource.Reset() => _ = ring_buffer__consume(_buffer);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_freed)
            return;
        _freed = true;
        ring_buffer__free(_buffer);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Ignore(void* context, void* data, nuint size) => 0;
}
